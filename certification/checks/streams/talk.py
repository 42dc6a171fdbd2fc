"""How streams answer who speaks to them: logins, subscriptions and pings."""

from __future__ import annotations

from collections.abc import Iterator

from certification.checks.catalogue import check
from certification.checks.replica import kind
from certification.checks.scene import ask_of, step
from certification.evidence.facts import UnclearError, text, texts
from certification.evidence.record import Evidence, Scenario
from certification.model import Answer

_LOGIN = "streams.login"
REFUSALS = frozenset({"refused", "closed"})
"""Kinds of messages that say no."""


def _refused(scenario: Scenario, label: str, what: str) -> list[str]:
    step(scenario, label)
    answered = [kind(candidate) for candidate in scenario.steps if candidate.label == f"answer to {label}"]
    if {"logged_in", "subscribed", "balance"} & set(answered):
        return [f"{what} was accepted"]
    right = {kind(candidate) for candidate in scenario.steps if candidate.label == "answer to as it should be"}
    if not {"logged_in", "subscribed"} & right:
        raise UnclearError("not even the right login was accepted")
    if not REFUSALS & set(answered):
        raise UnclearError(f"{what} was not answered at all")
    return []


@check(
    requirement="A login whose signature does not fit, or that was signed long ago (15 minutes), is refused.",
    remediation="Hold a login's signature and time against the same rules as a signed request's.",
)
def wrong_logins_are_refused(evidence: Evidence) -> Iterator[Answer]:
    """A login with one character of its signature changed is refused, and so is one from a quarter of an hour ago."""

    def question(scenario: Scenario) -> list[str]:
        wrong = _refused(scenario, "wrong signature", "a login with a wrong signature, or a wrong listen key,")
        if all(candidate.label != "stale timestamp" for candidate in scenario.steps):
            return wrong
        return wrong + _refused(scenario, "stale timestamp", "a login signed 15 minutes ago")

    return ask_of(evidence, _LOGIN, question)


@check(
    requirement="Private channels are closed to whoever has not logged in.",
    remediation="Refuse the subscription to a private channel before a login.",
)
def private_channels_need_a_login(evidence: Evidence) -> Iterator[Answer]:
    """A subscription to own orders without a login is refused, and so is one to balances, where the profile maps those."""

    def question(scenario: Scenario) -> list[str]:
        wrong = _refused(scenario, "no login", "a subscription to orders without a login")
        if all(candidate.label != "no login for balances" for candidate in scenario.steps):
            return wrong
        return wrong + _refused(scenario, "no login for balances", "a subscription to balances without a login")

    return ask_of(evidence, _LOGIN, question)


@check(
    requirement="A subscription to an instrument that does not exist is refused with an error.",
    remediation="Answer every request, and a wrong one with an error that says what is wrong.",
)
def wrong_subscriptions_are_refused(evidence: Evidence) -> Iterator[Answer]:
    """Whoever asks for the book of an instrument that does not exist is told so.

    A client that hears neither data nor an error can't know whether the market is quiet or its request was lost.
    """

    def question(scenario: Scenario) -> list[str]:
        step(scenario, "subscribe to nothing")
        answered = {kind(candidate) for candidate in scenario.steps if candidate.label == "answer to nothing"}
        after = {kind(candidate) for candidate in scenario.steps if candidate.label == "answer to depth"}
        if "subscribed" in answered or "snapshot" in answered:
            return ["a subscription to an instrument that does not exist was accepted"]
        if REFUSALS & answered:
            return []
        if not after & {"snapshot", "delta", "subscribed"}:
            raise UnclearError("the stream of the book answers no subscription at all")
        return ["a subscription to an instrument that does not exist was never answered"]

    return ask_of(evidence, "streams.wrong-subscription", question)


@check(
    requirement="An answer to a request over a stream names the request, whether it says yes or no.",
    remediation="Put the request's own id into errors as into confirmations.",
)
def refusals_name_their_request(evidence: Evidence) -> Iterator[Answer]:
    """A refused subscription carries the id that it was asked with, where confirmations do: a client may have asked for many at once."""

    def question(scenario: Scenario) -> list[str]:
        asked = text(step(scenario, "subscribe to nothing"), "asked.id")
        if not any(texts(candidate, "id") for candidate in scenario.steps if kind(candidate) == "subscribed"):
            raise UnclearError("no confirmation with the id of its request was heard")
        refused = [candidate for candidate in scenario.steps if candidate.label == "answer to nothing" and kind(candidate) == "refused"]
        if not refused:
            raise UnclearError("the subscription to nothing was not refused")
        told = texts(refused[0], "id")
        return [] if asked in told else [f"the request {asked} was refused under {told[0] if told else 'no id'}"]

    return ask_of(evidence, "streams.wrong-subscription", question)


@check(
    requirement="A ping is answered.",
    remediation="Answer every ping at once, with a client's own id where it gave one.",
)
def pings_are_answered(evidence: Evidence) -> Iterator[Answer]:
    """A client that asks whether the exchange is still there is told so: it has nothing else to tell silence from death."""

    def question(scenario: Scenario) -> list[str]:
        step(scenario, "ping")
        answered = {kind(candidate) for candidate in scenario.steps if candidate.label == "answer to ping"}
        return [] if "pong" in answered else ["a ping was not answered"]

    return ask_of(evidence, "streams.ping", question)
