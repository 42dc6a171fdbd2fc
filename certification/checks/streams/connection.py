"""How a connection is kept: no silence without a heartbeat, nonsense ends as promised, and subscriptions have their limit."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from certification.checks.catalogue import check
from certification.checks.replica import kind, whole
from certification.checks.scene import MootError, ask_of, step, unless_cut_off
from certification.checks.streams.talk import REFUSALS
from certification.evidence.facts import UnclearError, number, text, texts
from certification.evidence.record import HEARD_MS, STATED_HEARTBEAT_S, STATED_MALFORMED, STATED_MOST, Evidence, Scenario
from certification.model import Answer

_LATE_S = Decimal(2)
"""How much later than promised a heartbeat may come: both sides may be busy."""
_SHARE = Decimal("1.5")


@check(
    requirement="A connection with a subscription hears a heartbeat in each interval that the exchange names.",
    remediation="Send heartbeats from a clock of each connection's own, whether or not there is anything to tell.",
)
def heartbeats_come_in_time(evidence: Evidence) -> Iterator[Answer]:
    """Between any two messages of a connection passes half as long again as promised at most, and two seconds more.

    A client that hears nothing knows by that alone that its connection is dead.
    """

    def question(scenario: Scenario) -> list[str]:
        promised = number(step(scenario, "subscribe"), STATED_HEARTBEAT_S)
        if any(kind(each) == "refused" for each in scenario.steps):
            raise UnclearError("the subscription was refused")
        instants = [number(each, HEARD_MS) for each in scenario.steps if texts(each, HEARD_MS)]
        if len(instants) < 2:  # noqa: PLR2004 - the beginning and the end
            raise UnclearError("the story did not get as far as listening")
        longest = max(after - before for before, after in pairwise(instants)) / 1000
        if longest > promised * _SHARE + _LATE_S:
            return [f"for {longest:.1f} s nothing came, where a heartbeat is promised within {promised:f} s"]
        if not any(kind(each) == "heartbeat" for each in scenario.steps):
            raise UnclearError("other messages came all the time, and so no heartbeat")
        return []

    return ask_of(evidence, "streams.heartbeat", unless_cut_off(question))


@check(
    requirement="Heartbeats that are numbered carry the number that follows the last one's.",
    remediation="Number heartbeats where they are sent.",
)
def heartbeats_are_numbered_without_a_gap(evidence: Evidence) -> Iterator[Answer]:
    """A client tells a lost message by the number that is missing."""

    def question(scenario: Scenario) -> list[str]:
        told = [value for each in scenario.steps if kind(each) == "heartbeat" and (value := whole(each, "sequence")) is not None]
        if not told:
            raise MootError("the profile reads no sequence from heartbeats")
        if len(told) < 2:  # noqa: PLR2004 - one number follows none
            raise UnclearError("only one heartbeat was heard")
        return [f"heartbeat {after} follows {before}" for before, after in pairwise(told) if after != before + 1]

    return ask_of(evidence, "streams.heartbeat", question)


@check(
    requirement="A message that is no JSON ends as documented: it is refused and the connection stays, or the connection ends.",
    remediation="Catch what reading a message raises, answer with an error, and go on reading.",
)
def malformed_messages_end_as_promised(evidence: Evidence) -> Iterator[Answer]:
    """Half a JSON document is sent on a connection that has a subscription; whoever connects anew is served in any case."""

    def question(scenario: Scenario) -> list[str]:
        promised = text(step(scenario, "no JSON"), STATED_MALFORMED)
        if "subscribed" not in _answers(scenario, "subscribe before"):
            raise UnclearError("not even the right subscription was confirmed")
        found = _answers(scenario, "no JSON")
        if promised == "closed":
            return [] if "closed" in found else [f"a message that is no JSON did not end the connection ({_or_nothing(found)} came)"]
        if "closed" in found:
            return ["a message that is no JSON ended the connection, which is to stay open"]
        return [] if "refused" in found else ["a message that is no JSON was not answered with an error"]

    return ask_of(evidence, "streams.malformed", question)


@check(
    requirement="A subscription to a channel that there is not is refused with an error.",
    remediation="Answer every request, and a wrong one with an error that says what is wrong.",
)
def unknown_channels_are_refused(evidence: Evidence) -> Iterator[Answer]:
    """Whoever asks for a channel that nobody has is told so, under the id of the request where confirmations carry one."""

    def question(scenario: Scenario) -> list[str]:
        if not any(each.label == "unknown channel" for each in scenario.steps):
            raise MootError("the profile does not say how a channel that there is not is asked for (trading.streams.send: unknown_channel)")
        found = _answers(scenario, "unknown channel")
        if "closed" in _answers(scenario, "no JSON"):
            raise UnclearError("the connection had ended before")
        if "subscribed" in found:
            return ["a subscription to a channel that there is not was confirmed"]
        return [] if REFUSALS & found else ["a subscription to a channel that there is not was never answered"]

    return ask_of(evidence, "streams.malformed", question)


@check(
    requirement="One connection has as many subscriptions as documented, and no more.",
    remediation="Count subscriptions by connection, and refuse the one that is too many.",
)
def subscriptions_are_limited_as_documented(evidence: Evidence) -> Iterator[Answer]:
    """Every subscription up to the documented number is confirmed, and the next one is refused, or ends the connection."""

    def question(scenario: Scenario) -> list[str]:
        most = int(number(step(scenario, "subscription 1"), STATED_MOST))
        asked = [each.label for each in scenario.steps if each.label.startswith("subscription ")]
        answered = [(_answers(scenario, label), label) for label in asked]
        refused = next((at for at, (found, _) in enumerate(answered) if "subscribed" not in found), None)
        if refused is None:
            return [f"{len(asked)} subscriptions of one connection were confirmed, where {most} are documented"]
        if not REFUSALS & answered[refused][0]:
            raise UnclearError(f"subscription {refused + 1} was not answered")
        if refused < most:
            return [f"subscription {refused + 1} of one connection was refused, where {most} are documented"]
        return [f"{refused} subscriptions of one connection were confirmed, where {most} are documented"] if refused > most else []

    return ask_of(evidence, "streams.crowd", question)


def _answers(scenario: Scenario, label: str) -> frozenset[str]:
    return frozenset(kind(each) for each in scenario.steps if each.label == f"answer to {label}")


def _or_nothing(found: frozenset[str]) -> str:
    return ", ".join(sorted(found)) or "nothing"
