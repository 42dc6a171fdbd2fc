"""Which findings probably have one cause: one stands for all of them, the others refer to it."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certification.model import Finding, Outcome, Severity

if TYPE_CHECKING:
    from certification.evidence.model.agreement import Disagreement

_NUMBERS = re.compile(r"[0-9a-f]{16,}|\d[\d.,]*")
_OTHERS = re.compile(r" \(and \d+ more: .*\)$")
_MODEL = "model."
_BEST_OF_MODEL = ("model.fills_agree_with_the_model", "model.orders_agree_with_the_model", "model.balances_agree_with_the_model")
"""Money moves by fills, holds by orders: a wrong fill makes a wrong order and a wrong balance, never the other way round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Follows:
    """Where ``cause`` fails, ``effect`` fails too."""

    effect: str
    """The id of a check, or the beginning of several."""
    cause: str
    same_subject: bool = False
    """Whether only at the same place."""
    same_story: bool = False
    """Whether only where both were seen in one story."""
    form: str = ""
    """What the effect's sentence must hold, as a regular expression."""


_FOLLOWS = (
    *(
        Follows(effect=f"authentication.{effect}", cause="authentication.unsigned_calls_are_refused")
        for effect in ("keys_alone_are_refused", "empty_signatures_are_refused", "wrong_signatures_are_refused")
    ),
    *(
        Follows(effect=f"authentication.{effect}", cause="authentication.wrong_signatures_are_refused")
        for effect in (
            "empty_signatures_are_refused",
            "changed_requests_are_refused",
            "signatures_of_others_are_refused",
            "windows_are_signed",
        )
    ),
    Follows(effect="contract.missing_credentials_are_refused", cause="authentication.unsigned_calls_are_refused"),
    Follows(effect="contract.missing_credentials_are_refused", cause="authentication.wrong_signatures_are_refused"),
    Follows(
        effect="contract.invalid_requests_are_rejected",
        cause="authentication.unsigned_calls_are_refused",
        same_subject=True,
        form=r"\bin header\b",
    ),
    Follows(effect="contract.objects_of_others_are_hidden", cause="authentication.orders_of_others_are_hidden"),
    Follows(effect="contract.objects_of_others_are_hidden", cause="authentication.lists_of_others_are_hidden"),
    Follows(effect="contract.no_undocumented_status", cause="contract.no_server_error", same_subject=True),
    Follows(effect="contract.answers_keep_their_described_shape", cause="contract.content_types_as_described", same_subject=True),
    Follows(effect="market.tickers_agree_with_the_book", cause="books.depth_is_not_crossed"),
    Follows(effect="market.tickers_agree_with_the_book", cause="books.depth_is_sorted"),
    Follows(effect="streams.changes_make_the_book", cause="books.depth_"),
    Follows(effect="streams.changes_make_the_book", cause="streams.sequences_have_no_gap"),
    Follows(effect="checksums.told_checksums_are_the_books", cause="streams.sequences_have_no_gap"),
    Follows(effect="checksums.told_checksums_are_the_books", cause="streams.changes_make_the_book"),
    Follows(effect="balances.fees_are_as_documented", cause="balances.fills_add_up", same_story=True),
    Follows(effect="model.books_agree_with_the_model", cause="books."),
    Follows(effect="orders.history_agrees_with_queries", cause="orders.cancelled_orders_say_so"),
    Follows(effect="streams.orders_are_told_in_order", cause="streams.own_orders_are_told"),
    Follows(effect="streams.orders_are_told_as_they_are", cause="streams.own_orders_are_told"),
    Follows(effect="heard.sums_of_reports_add_up", cause="heard.each_fill_is_told"),
    Follows(effect="streams.streamed_tickers_agree_with_the_book", cause="books.depth_"),
    Follows(effect="streams.streamed_tickers_agree_with_the_book", cause="streams.streamed_tickers_tell_the_last_trade"),
    Follows(effect="streams.a_new_subscription_begins_anew", cause="streams.what_is_left_stays_silent"),
    Follows(effect="limits.open_orders_are_limited_as_documented", cause="limits.ended_orders_make_room"),
    Follows(effect="limits.counters_count", cause="limits.the_documented_limit_is_enforced"),
    Follows(effect="builds.packages_install", cause="builds.packages_build"),
    Follows(effect="values.generated_values_survive", cause="values.documented_examples_survive", same_subject=True),
    Follows(effect="wire.languages_send_the_same_request", cause="wire.requests_match_the_description", same_subject=True),
    Follows(effect="record.the_reference_strategy_reconciles", cause="balances."),
)
"""What a broken rule makes of others, whichever exchange it is."""

_IN_THE_MODEL = {
    "balances.fees_are_as_documented": r"\bfee\b",
    "balances.fills_add_up": r"\bowns\b|free and",
    "balances.cancelling_gives_everything_back": r"held; by the model",
    "balances.resting_orders_are_held_for": r"held; by the model",
    "orders.limits_hold": r"\bnotional\b",
    "orders.immediate_orders_never_rest": r"immediate_or_cancel",
    "orders.fill_or_kill_is_all_or_nothing": r"fill_or_kill",
    "orders.post_only_orders_never_take": r"post_only",
    "orders.older_orders_fill_first": r"\bfilled\b|\bfills of\b",
    "orders.client_order_ids_are_idempotent": r"client order id|second order",
    "orders.placed_orders_are_what_was_asked": r"is told to have|is missing from|; by the model",
    "orders.cancelled_orders_say_so": r"\bis \w+; by the model ended",
    "orders.cancelled_orders_are_gone": r"has ended and stands among",
    "orders.orders_beyond_means_are_refused": r"free and -|-\d[\d.]* \w+ free",
    "books.": r"stands in the (?:bids|asks)",
}
"""A check of one story -> what its failure looks like where the model is played beside the exchange."""


def grouped(findings: tuple[Finding, ...], parted: Disagreement | None) -> dict[str, str]:
    """Names of failed findings -> the name of the one that stands for them and their common cause.

    Args:
        findings: all of a run.
        parted: where the exchange and the model of it part ways, if they do.
    """
    failed = [finding for finding in findings if finding.outcome is Outcome.FAILED]
    leaders = _alike(failed)
    leaders |= _of_the_model(failed, parted)
    leaders |= {finding.name: cause.name for finding in failed if (cause := _cause_of(finding, failed)) is not None}
    return {name: _root(name, leaders) for name in leaders if _root(name, leaders) != name}


def _alike(failed: list[Finding]) -> dict[str, str]:
    """One check, the same sentence but for its numbers, several places: the first stands for all."""
    groups: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in failed:
        groups[(finding.check, _form(finding))].append(finding)
    return {other.name: first.name for first, *others in groups.values() for other in others if other.name != first.name}


def _form(finding: Finding) -> str:
    """What two findings of one check share when they tell of one flaw. In a description every place is a flaw of its own rule."""
    if finding.check.startswith("description."):
        return finding.evidence[0].partition(" at ")[0] if finding.evidence else finding.summary
    return _NUMBERS.sub("N", _OTHERS.sub("", finding.summary))


def _of_the_model(failed: list[Finding], parted: Disagreement | None) -> dict[str, str]:
    """All that the model finds it finds at one turn: one cause, told best by a story made for it, else by the fill."""
    of_model = {finding.check: finding for finding in failed if finding.check.startswith(_MODEL)}
    if not of_model or parted is None:
        return {}
    told = "\n".join((*(difference.told for difference in parted.differences), parted.actions[-1]))
    stories = [
        finding for finding in failed for check, form in _IN_THE_MODEL.items() if finding.check.startswith(check) and re.search(form, told)
    ]
    best = next((of_model[check] for check in _BEST_OF_MODEL if check in of_model), next(iter(of_model.values())))
    best = min(stories, key=_gravity, default=best)
    return {finding.name: best.name for finding in of_model.values() if finding.name != best.name}


def _cause_of(finding: Finding, failed: list[Finding]) -> Finding | None:
    """The finding of another check that this one follows from."""
    causes = (rule for rule in _FOLLOWS if finding.check.startswith(rule.effect) and re.search(rule.form, finding.summary))
    found = (
        other
        for rule in causes
        for other in failed
        if other.check.startswith(rule.cause)
        and (not rule.same_subject or _place(other) == _place(finding))
        and (not rule.same_story or (other.reproduce and other.reproduce == finding.reproduce))
    )
    return next(found, None)


def _place(finding: Finding) -> str:
    """The operation or type, whichever SDK it was seen in."""
    return finding.subject.rpartition(": ")[2]


def _gravity(finding: Finding) -> int:
    return list(Severity).index(finding.severity)


def _root(name: str, leaders: dict[str, str]) -> str:
    """The end of a chain of references; where they go round, the name itself."""
    seen = [name]
    while (following := leaders.get(seen[-1])) is not None:
        if following in seen:
            return name
        seen.append(following)
    return seen[-1]
