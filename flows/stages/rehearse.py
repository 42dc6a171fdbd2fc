"""What a profile leaves unseen, told before the first call: places that the description does not have, stories that can't be played."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from certification.evidence.scenarios.burst import BURSTS
from certification.evidence.scenarios.run import STORIES, Stage, is_no_gap, never_played
from certification.evidence.scenarios.tamper import Tamper
from certification.model import Part
from certification.neutral_words import unknown_words
from certification.profile import ExchangeProfile
from certification.roles import RoleFault, behaviour_faults, role_faults
from certification.sandboxes.proofs import broken_proofs
from flows.request import RunRequest
from flows.stages.burst import burst_ground
from sdkgen.api.model import Api
from sdkgen.signing.request import Credentials

_NOWHERE = "http://127.0.0.1:9"
"""Nothing is called: where does not matter."""
_ANYONE = Credentials(key="", secret="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What is known to stay unseen."""

    misplaced: tuple[RoleFault, ...]
    """What the profile says of operations and the description does not bear out, or in words that nothing knows."""
    unplayed: tuple[tuple[str, str], ...]
    """Stories by id, each with the reason why it will not be played."""
    untold: tuple[tuple[str, str], ...]
    """The same of what not every exchange has: nothing is held against one whose profile does not tell of it."""
    stories: int
    """How many there are."""
    broken_proofs: int | None = None
    """How many calls with a broken proof of identity each operation is sent at most; ``None`` where nothing bounds them."""


def rehearse(request: RunRequest, profile: ExchangeProfile, api: Api) -> Rehearsal | None:
    """Hold the profile against the description and every story, as if its accounts were there; ``None`` where the API is no part."""
    if Part.API not in request.parts:
        return None
    left_out = _left_out(request, profile, api)
    return Rehearsal(
        misplaced=misplaced(profile, api),
        unplayed=tuple(each for each in left_out if not is_no_gap(each[1])),
        untold=tuple(each for each in left_out if is_no_gap(each[1])),
        stories=len(STORIES),
        broken_proofs=broken_proofs(profile.sandbox, request.sandbox) if profile.signing is not None else None,
    )


def misplaced(profile: ExchangeProfile, api: Api) -> tuple[RoleFault, ...]:
    """The operations and places of the profile that the description does not have, and its names and words that nothing reads."""
    roles = role_faults(profile.trading, api, profile.signing) if profile.trading is not None else ()
    words = unknown_words(profile.trading) if profile.trading is not None else ()
    return (*roles, *words, *behaviour_faults(profile.behaviour, api))


def told(found: Rehearsal) -> tuple[str, ...]:
    """The rehearsal as lines for who writes the profile; none where nothing stays unseen."""
    lines = [f"profile: {fault.role}: {fault.sentence}" for fault in found.misplaced]
    if found.unplayed:
        lines += (f"{len(found.unplayed)} of {found.stories} scenarios will not be played:", *_by_reason(found.unplayed))
    if found.untold:
        many = f"{len(found.untold)} are about what not every exchange has; where this one has it, let the profile say so:"
        lines += (many, *_by_reason(found.untold))
    if found.broken_proofs is not None:
        lines.append(
            f"of {len(Tamper) - 1} ways to break a proof of identity, {found.broken_proofs} at most are tried on each operation "
            "(sandbox.broken_proofs); the report names what is left out as not observed"
        )
    return tuple(lines)


def _by_reason(stories: tuple[tuple[str, str], ...]) -> Iterator[str]:
    because: defaultdict[str, list[str]] = defaultdict(list)
    for story, reason in stories:
        because[reason].append(story)
    return (f"  {', '.join(of_one)}: {reason}" for reason, of_one in because.items())


def _left_out(request: RunRequest, profile: ExchangeProfile, api: Api) -> tuple[tuple[str, str], ...]:
    """Stories of a burst are played where that limit holds, the others on the profile's own sandbox."""
    stage, ground = _stage(request, profile), burst_ground(profile, request.sandbox)
    usual = tuple(story for story in STORIES if story.id not in BURSTS)
    bursts = tuple(story for story in STORIES if story.id in BURSTS)
    there = ground.profile if ground is not None else profile
    return (*never_played(profile, api, stage, stories=usual), *never_played(there, api, stage, stories=bursts))


def _stage(request: RunRequest, profile: ExchangeProfile) -> Stage:
    sandbox = profile.sandbox
    both = (_ANYONE, _ANYONE) if sandbox is not None and sandbox.reference else ()
    named = tuple(_ANYONE for _ in sandbox.accounts) if sandbox is not None else ()
    return Stage(
        base_url=request.sandbox or (sandbox.url if sandbox is not None and sandbox.url else _NOWHERE),
        headers=(),
        accounts=both or named,
        observer=_ANYONE if sandbox is not None and (sandbox.reference or sandbox.observer) else None,
        ours=burst_ground(profile, request.sandbox) is not None,
    )
