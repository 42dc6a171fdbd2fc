from __future__ import annotations

from dataclasses import replace

import pytest

from certification.evidence.record import Scenario, ScenarioStep
from certification.model import Outcome
from tests.simulators.told import Facts, answers, but, cut, step, told

PASSED, FAILED, UNSEEN = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_OBSERVED


def heard(label: str, kind: str, facts: Facts | None = None) -> ScenarioStep:
    """A message that came."""
    return step(label, {"kind": kind, **(facts or {})}, status=None)


def levels(bids: str, asks: str = "", **more: str) -> Facts:
    """``100:1 99:2``: prices and quantities."""
    pairs = {"bids": bids.split(), "asks": asks.split()}
    split = {
        f"{name}.{what}": tuple(level.split(":")[at] for level in side)
        for name, side in pairs.items()
        for at, what in enumerate(("price", "quantity"))
    }
    return {**split, **more}


SNAPSHOT = heard("snapshot", "snapshot", levels("100:1 99:2", "101:1 102:1", sequence="7"))
BOOK = told(
    "streams.book",
    SNAPSHOT,
    step("place", status=201),
    heard("first change", "delta", levels("98:5 99:0", "", sequence="8")),
    step("depth", levels("100.0:1 98:5.00", "101:1", sequence="9")),
    heard("second change", "delta", levels("", "102:3", sequence="9")),
)
ASKED = told(
    "streams.book",
    step("snapshot", {"kind": "snapshot", **levels("100:1", "101:1", sequence="7")}),
    heard("first change", "delta", levels("90:5", "", sequence="7")),
    heard("second change", "delta", levels("98:5", "", sequence="7")),
    step("depth", levels("100:1", "101:1", sequence="7")),
)
SHALLOWLY = {"stated.depth": "2"}
SHALLOW = told(
    "streams.book",
    heard("snapshot", "snapshot", levels("100:1 99:2", "101:1 102:1", sequence="7", **SHALLOWLY)),
    heard("pushed out", "delta", levels("99.5:1", "100.5:1", sequence="8", **SHALLOWLY)),
    heard("gone", "delta", levels("99.5:0", "100.5:0", sequence="9", **SHALLOWLY)),
    step("depth", levels("100:1 98:7", "101:1 103:7", sequence="9")),
)
STALE = told(
    "streams.book",
    heard("snapshot", "snapshot", levels("100:1", "101:1")),
    heard("told", "delta", levels("98:5")),
    step("place to rest", {"asked.price": "97"}, status=201),
    heard("its removal is not told", "delta", levels("97:1")),
    step("depth", levels("100:1 97:1", "101:1")),
)
UNNUMBERED = but(BOOK, "depth", {"sequence": ()})
OWN = told(
    "streams.own-orders",
    heard("logged in", "logged_in"),
    step("place", {"order_id": "7"}, status=201),
    heard("resting", "order", {"order_id": "7", "status": "open", "filled": "0"}),
    step("cancel"),
    heard("gone", "order", {"order_id": "7", "status": "cancelled", "filled": "0"}),
    step("take", {"order_id": "8", "status": "filled"}, status=201),
    heard("taking", "order", {"order_id": "8", "status": "partially_filled", "filled": "0.1"}),
    heard("taken", "order", {"order_id": "8", "status": "filled", "filled": "0.2"}),
)
AT_REST = told(
    "streams.filled-at-rest",
    heard("logged in", "logged_in"),
    step("rest", {"order_id": "7"}, status=201),
    step("sell to it", {"order_id": "8"}, status=201),
    step("query", {"status": "filled"}),
    heard("resting", "order", {"order_id": "7", "status": "open"}),
    heard("gone", "order", {"order_id": "7", "status": "filled"}),
)
OTHER = told(
    "streams.other-account",
    step("first places", {"order_id": "7"}, status=201),
    step("second places", {"order_id": "8"}, status=201),
    heard("second hears order", "order", {"order_id": "8", "status": "open"}),
)
LOGIN = told(
    "streams.login",
    step("wrong signature", status=None),
    heard("answer to wrong signature", "refused"),
    step("stale timestamp", status=None),
    heard("answer to stale timestamp", "closed"),
    step("no login", status=None),
    heard("answer to no login", "refused"),
    step("as it should be", status=None),
    heard("answer to as it should be", "logged_in"),
)
MONEY_TOO = replace(
    LOGIN, steps=(*LOGIN.steps, step("no login for balances", status=None), heard("answer to no login for balances", "refused"))
)
KEYS = told(
    "streams.login",
    step("wrong signature", status=None),
    heard("answer to wrong signature", "subscribed"),
    heard("answer to as it should be", "subscribed"),
)
NOWHERE = told(
    "streams.wrong-subscription",
    step("subscribe to nothing", status=None),
    heard("answer to nothing", "refused"),
    step("subscribe to depth", status=None),
    heard("answer to depth", "snapshot"),
)


AGAIN = told(
    "streams.connect-again",
    step("first connection", status=None),
    heard("answer to first connection", "snapshot"),
    step("second connection", status=None),
    heard("answer to second connection", "snapshot"),
)
CHANGES_AGAIN = told(
    "streams.connect-again",
    step("first connection", status=None),
    step("place", {"asked.price": "100"}),
    heard("answer to first connection", "delta", {"bids.price": "100.0"}),
    step("second connection", status=None),
    step("place", {"asked.price": "100"}),
    heard("answer to second connection", "delta"),
)
UNHEARD_AGAIN = replace(CHANGES_AGAIN, steps=(*CHANGES_AGAIN.steps[:-2], step("place", {"asked.price": "100"}, status=503)))
PING = told("streams.ping", step("ping", status=None), heard("answer to ping", "pong"))
FILLED = but(OWN, "take", {"filled": "0.20"})


LEFT_ALONE = told(
    "streams.left-alone",
    heard("answer to depth", "snapshot"),
    step("place while listening", {"asked.price": "99"}),
    heard("answer to listening", "delta", {"bids.price": "99.0"}),
    heard("answer to unsubscribe", "delta"),
    heard("answer to unsubscribe", "unsubscribed"),
    step("place"),
    heard("answer to silence", "pong"),
    step("subscribe again", status=None),
    heard("answer to again", "snapshot"),
)
NAMED = told(
    "streams.wrong-subscription",
    step("subscribe to nothing", {"asked.id": "7"}, status=None),
    heard("answer to nothing", "refused", {"id": "7"}),
    heard("answer to depth", "subscribed", {"id": "8"}),
)


def bounded(facts: Facts) -> Scenario:
    """A book that begins with two bids and an ask."""
    return told("streams.book", heard("begins", "snapshot", {"bids.price": ("9", "8"), "asks.price": "10", **facts}))


QUERIED = told(
    "streams.own-orders",
    step("place", {"order_id": "7"}),
    heard("rests", "order", {"order_id": "7", "status": "open", "filled": "0"}),
    step("cancel"),
    heard("ends", "order", {"order_id": "7", "status": "cancelled", "filled": "0"}),
    step("take", {"order_id": "8"}),
    heard("both", "order", {"order_id": ("8", "8"), "status": ("open", "filled"), "filled": ("0", "2")}),
    step("query taken", {"order_id": "8", "status": "filled", "filled": "2"}),
)


def said(scenario: Scenario, label: str, kind: str, facts: Facts | None = None) -> Scenario:
    """The story with another message in the place of one."""
    return but(scenario, label, {"kind": kind, **(facts or {})})


CASES = (
    ("sequences_have_no_gap", BOOK, PASSED, ""),
    ("sequences_have_no_gap", but(BOOK, "second change", {"sequence": "10"}), FAILED, "sequence 10 follows 8"),
    ("sequences_have_no_gap", but(BOOK, "second change", {"sequence": "8"}), FAILED, "sequence 8 follows 8"),
    ("sequences_have_no_gap", but(BOOK, "second change", {"sequence": "90", "previous": "8"}), PASSED, ""),
    ("sequences_have_no_gap", but(BOOK, "second change", {"previous": "7"}), FAILED, "says that it follows 7, but 8 came before"),
    ("sequences_have_no_gap", but(BOOK, "second change", {"sequence": "12", "first": "9"}), PASSED, ""),
    ("sequences_have_no_gap", but(BOOK, "first change", {"sequence": "8", "first": "6"}), PASSED, ""),
    ("sequences_have_no_gap", but(BOOK, "second change", {"sequence": "12", "first": "8"}), FAILED, "sequence 8 follows 8"),
    ("sequences_have_no_gap", said(ASKED, "first change", "delta", {"sequence": "6"}), UNSEEN, "no change after its snapshot"),
    ("sequences_have_no_gap", said(ASKED, "second change", "delta", {"sequence": "8"}), PASSED, ""),
    ("changes_make_the_book", said(ASKED, "first change", "delta", {**levels("1:1"), "sequence": "7"}), PASSED, ""),
    ("sequences_have_no_gap", but(BOOK, "second change", {"sequence": "12", "first": "10"}), FAILED, "sequence 10 follows 8"),
    ("sequences_have_no_gap", but(BOOK, "second change", {"sequence": ()}), UNSEEN, "reads no sequence"),
    ("sequences_have_no_gap", cut(cut(BOOK, "first change"), "second change"), UNSEEN, "no change after its snapshot"),
    ("sequences_have_no_gap", cut(BOOK, "snapshot"), UNSEEN, "sent no snapshot"),
    ("sequences_have_no_gap", said(BOOK, "first change", "snapshot", levels("100:1 98:5", "101:1")), PASSED, ""),
    ("changes_make_the_book", BOOK, PASSED, ""),
    ("changes_make_the_book", but(BOOK, "depth", levels("100:1 98:4", "101:1")), FAILED, "bids: 5 at 98 was heard, 4 at 98 was answered"),
    ("changes_make_the_book", but(BOOK, "depth", levels("100:1", "101:1 102:1")), FAILED, "asks: 3 at 102 was heard, 1 at 102"),
    ("changes_make_the_book", but(BOOK, "depth", levels("", "101:1")), FAILED, "bids: 2 levels were heard, 0 answered"),
    ("changes_make_the_book", but(BOOK, "depth", {"sequence": "10"}), FAILED, "the book is at 10, but the stream stayed at 9"),
    ("changes_make_the_book", said(but(BOOK, "depth", {"sequence": "10"}), "place", "closed", {}), UNSEEN, "connection ended before"),
    (
        "changes_make_the_book",
        but(cut(BOOK, "first change"), "depth", {"sequence": "8"}),
        FAILED,
        "number 8, which the answer shows, was never",
    ),
    ("changes_make_the_book", SHALLOW, PASSED, ""),
    ("changes_make_the_book", STALE, FAILED, "bids: 5 at 98 was heard, 1 at 97 was answered"),
    ("changes_make_the_book", cut(STALE, "place to rest"), PASSED, ""),
    ("changes_make_the_book", but(STALE, "place to rest", {"asked.price": "90"}), PASSED, ""),
    ("changes_make_the_book", UNNUMBERED, PASSED, ""),
    ("changes_make_the_book", but(UNNUMBERED, "depth", levels("100:1 99:2", "101:1 102:1")), PASSED, ""),
    ("changes_make_the_book", but(UNNUMBERED, "depth", levels("100:1 98:6", "101:1")), FAILED, "bids: 5 at 98 was heard"),
    ("changes_make_the_book", but(BOOK, "depth", status=503), UNSEEN, "'depth' was answered 503"),
    ("own_orders_are_told", OWN, PASSED, ""),
    ("own_orders_are_told", but(OWN, "take", status=400), PASSED, ""),
    ("own_orders_are_told", cut(OWN, "resting"), FAILED, "the placing of an order (open) was not heard of"),
    ("own_orders_are_told", cut(OWN, "gone"), FAILED, "the cancellation of an order (cancelled)"),
    ("own_orders_are_told", cut(OWN, "taken"), FAILED, "the filling of an order (filled)"),
    ("own_orders_are_told", said(OWN, "logged in", "refused"), UNSEEN, "was refused"),
    ("fills_of_resting_orders_are_told", AT_REST, PASSED, ""),
    ("fills_of_resting_orders_are_told", said(AT_REST, "gone", "order", {"status": "open"}), FAILED, "was not heard (open, open was)"),
    ("fills_of_resting_orders_are_told", but(AT_REST, "query", {"status": "open"}), UNSEEN, "not filled by the other account's"),
    ("fills_of_resting_orders_are_told", said(AT_REST, "logged in", "refused"), UNSEEN, "was refused"),
    ("orders_are_told_in_order", OWN, PASSED, ""),
    ("orders_are_told_in_order", but(OWN, "taken", {"filled": "0.05"}), FAILED, "amount of 8 fell from 0.1 to 0.05"),
    ("orders_are_told_in_order", but(OWN, "taken", {"order_id": "7"}), FAILED, "7 was cancelled, then filled"),
    ("orders_are_told_in_order", told("streams.own-orders", step("place")), UNSEEN, "no order was heard of"),
    ("orders_of_others_are_not_told", OTHER, PASSED, ""),
    (
        "orders_of_others_are_not_told",
        but(OTHER, "second hears order", {"order_id": "7"}),
        FAILED,
        "another account's order was heard of (open)",
    ),
    ("orders_of_others_are_not_told", cut(OTHER, "second hears order"), UNSEEN, "not even its own order"),
    ("wrong_logins_are_refused", LOGIN, PASSED, ""),
    (
        "wrong_logins_are_refused",
        said(LOGIN, "answer to wrong signature", "logged_in"),
        FAILED,
        "a login with a wrong signature, or a wrong listen key, was accepted",
    ),
    ("wrong_logins_are_refused", said(KEYS, "answer to wrong signature", "refused"), PASSED, ""),
    ("wrong_logins_are_refused", KEYS, FAILED, "a wrong listen key, was accepted"),
    ("wrong_logins_are_refused", said(LOGIN, "answer to stale timestamp", "logged_in"), FAILED, "signed 15 minutes ago was accepted"),
    ("wrong_logins_are_refused", said(LOGIN, "answer to as it should be", "refused"), UNSEEN, "not even the right login"),
    ("wrong_logins_are_refused", cut(LOGIN, "answer to wrong signature"), UNSEEN, "was not answered at all"),
    ("a_second_connection_is_served", AGAIN, PASSED, ""),
    ("a_second_connection_is_served", cut(AGAIN, "answer to second connection"), FAILED, "heard nothing, and no snapshot"),
    ("a_second_connection_is_served", said(AGAIN, "answer to second connection", "refused"), FAILED, "heard refused"),
    ("a_second_connection_is_served", said(AGAIN, "answer to second connection", "closed"), UNSEEN, "ended before anything could be told"),
    ("a_second_connection_is_served", cut(AGAIN, "answer to first connection"), UNSEEN, "not even the first connection"),
    ("a_second_connection_is_served", cut(AGAIN, "second connection"), UNSEEN, "did not get as far"),
    ("a_second_connection_is_served", CHANGES_AGAIN, PASSED, ""),
    ("a_second_connection_is_served", said(CHANGES_AGAIN, "answer to second connection", "subscribed"), FAILED, "subscribed, and no delta"),
    ("a_second_connection_is_served", UNHEARD_AGAIN, UNSEEN, "no order was placed"),
    (
        "a_second_connection_is_served",
        but(cut(CHANGES_AGAIN, "answer to second connection"), "answer to first connection", {"bids.price": "99"}),
        UNSEEN,
        "not even the first connection",
    ),
    ("pings_are_answered", PING, PASSED, ""),
    ("pings_are_answered", cut(PING, "answer to ping"), FAILED, "a ping was not answered"),
    ("pings_are_answered", cut(PING, "ping"), UNSEEN, "did not get as far"),
    ("orders_are_told_as_they_are", FILLED, PASSED, ""),
    (
        "orders_are_told_as_they_are",
        but(FILLED, "taken", {"filled": "0"}),
        FAILED,
        "0 of an order was heard to be filled, 0.20 was answered",
    ),
    ("orders_are_told_as_they_are", cut(FILLED, "taken"), UNSEEN, "last state was not heard of"),
    ("orders_are_told_as_they_are", cut(FILLED, "take"), UNSEEN, "did not get as far"),
    ("private_channels_need_a_login", LOGIN, PASSED, ""),
    ("private_channels_need_a_login", said(LOGIN, "answer to no login", "subscribed"), FAILED, "without a login was accepted"),
    ("private_channels_need_a_login", MONEY_TOO, PASSED, ""),
    (
        "private_channels_need_a_login",
        said(MONEY_TOO, "answer to no login for balances", "balance"),
        FAILED,
        "balances without a login was",
    ),
    ("private_channels_need_a_login", cut(MONEY_TOO, "answer to no login for balances"), UNSEEN, "not answered at all"),
    ("private_channels_need_a_login", cut(LOGIN, "no login"), UNSEEN, "did not get as far as 'no login'"),
    ("wrong_subscriptions_are_refused", NOWHERE, PASSED, ""),
    ("wrong_subscriptions_are_refused", said(NOWHERE, "answer to nothing", "subscribed"), FAILED, "was accepted"),
    ("wrong_subscriptions_are_refused", cut(NOWHERE, "answer to nothing"), FAILED, "was never answered"),
    (
        "wrong_subscriptions_are_refused",
        cut(cut(NOWHERE, "answer to nothing"), "answer to depth"),
        UNSEEN,
        "answers no subscription at all",
    ),
    ("snapshots_keep_their_depth", bounded({"stated.depth": "2"}), PASSED, ""),
    ("snapshots_keep_their_depth", bounded({"stated.depth": "1"}), FAILED, "2 bids, where 1 were asked for"),
    ("snapshots_keep_their_depth", bounded({}), Outcome.NOT_APPLICABLE, "have no stated depth"),
    ("what_is_left_stays_silent", LEFT_ALONE, PASSED, ""),
    ("what_is_left_stays_silent", said(LEFT_ALONE, "answer to silence", "delta"), FAILED, "1 changes of the book were told after"),
    ("what_is_left_stays_silent", but(LEFT_ALONE, "place while listening", {"asked.price": "98"}), UNSEEN, "not heard of either"),
    ("what_is_left_stays_silent", cut(LEFT_ALONE, "answer to unsubscribe"), UNSEEN, "was not confirmed"),
    ("what_is_left_stays_silent", said(LEFT_ALONE, "answer to unsubscribe", "subscribed"), PASSED, ""),
    ("what_is_left_stays_silent", but(LEFT_ALONE, "place", status=400), UNSEEN, "'place' was answered"),
    ("a_new_subscription_begins_anew", LEFT_ALONE, PASSED, ""),
    ("a_new_subscription_begins_anew", said(LEFT_ALONE, "answer to again", "subscribed"), FAILED, "with subscribed, and no snapshot"),
    ("a_new_subscription_begins_anew", cut(LEFT_ALONE, "answer to again"), FAILED, "with nothing, and no snapshot"),
    ("a_new_subscription_begins_anew", said(LEFT_ALONE, "answer to again", "closed"), UNSEEN, "connection ended"),
    ("a_new_subscription_begins_anew", said(LEFT_ALONE, "answer to depth", "delta"), Outcome.NOT_APPLICABLE, "begins with no snapshot"),
    ("a_new_subscription_begins_anew", cut(LEFT_ALONE, "answer to unsubscribe"), UNSEEN, "was not confirmed"),
    ("a_new_subscription_begins_anew", cut(LEFT_ALONE, "subscribe again"), UNSEEN, "did not get as far"),
    ("refusals_name_their_request", NAMED, PASSED, ""),
    ("refusals_name_their_request", said(NAMED, "answer to nothing", "refused", {"id": ()}), FAILED, "7 was refused under no id"),
    ("refusals_name_their_request", said(NAMED, "answer to nothing", "refused", {"id": "1"}), FAILED, "7 was refused under 1"),
    ("refusals_name_their_request", said(NAMED, "answer to depth", "subscribed", {"id": ()}), UNSEEN, "no confirmation with the id"),
    ("refusals_name_their_request", said(NAMED, "answer to nothing", "subscribed"), UNSEEN, "was not refused"),
    ("own_orders_are_told", QUERIED, PASSED, ""),
    ("own_orders_are_told", said(QUERIED, "both", "order", {"status": ("open", "open")}), FAILED, "the filling of an order (filled)"),
    ("own_orders_are_told", cut(QUERIED, "query taken"), UNSEEN, "reads no 'status'"),
    ("orders_are_told_as_they_are", QUERIED, PASSED, ""),
    ("orders_are_told_as_they_are", but(QUERIED, "query taken", {"filled": "1"}), FAILED, "2 of an order was heard to be filled, 1"),
    ("orders_are_told_in_order", QUERIED, PASSED, ""),
    ("orders_are_told_in_order", said(QUERIED, "both", "order", {"filled": ("2", "1")}), FAILED, "fell from 2 to 1"),
)


@pytest.mark.parametrize(("check", "scenario", "outcome", "words"), CASES)
def test_streams_tell_what_is_so_to_whom_it_concerns(check: str, scenario: Scenario, outcome: Outcome, words: str) -> None:
    (answer,) = answers(f"streams.{check}", scenario)
    assert answer.outcome is outcome, answer
    assert words in answer.summary
