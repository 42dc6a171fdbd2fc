"""Which findings have one cause."""

from __future__ import annotations

from dataclasses import replace

import pytest

from certification.checks.catalogue import catalogue
from certification.evidence.model.agreement import Difference, Disagreement, Theme
from certification.explanation.same import _FOLLOWS, _IN_THE_MODEL, _root, grouped
from certification.model import Finding, Outcome, Severity

UNSIGNED = Finding(
    check="authentication.unsigned_calls_are_refused",
    subject="listBalances",
    outcome=Outcome.FAILED,
    severity=Severity.CRITICAL,
    summary="a call without any signature was accepted with 200",
    requirement="",
    evidence=(),
    reproduce="",
    remediation="",
)


def failed(check: str, subject: str = "api", summary: str = "wrong", severity: Severity = Severity.HIGH) -> Finding:
    return replace(UNSIGNED, check=check, subject=subject, summary=summary, severity=severity)


def model(theme: str) -> Finding:
    return failed(f"model.{theme}_agree_with_the_model", theme)


def parted(*told: str, actions: tuple[str, ...] = ("first buys 1",)) -> Disagreement:
    return Disagreement(actions=actions, differences=tuple(Difference(theme=Theme.FILLS, label="l", told=line) for line in told))


def test_one_flaw_at_several_places_is_told_by_the_first() -> None:
    placed = replace(UNSIGNED, subject="placeOrder", summary="a call without any signature was accepted with 201")
    assert grouped((UNSIGNED, placed), None) == {placed.name: UNSIGNED.name}


def test_other_words_are_another_flaw() -> None:
    shape = failed("contract.answers_keep_their_described_shape", "a", "'price' is a required property")
    assert grouped((shape, replace(shape, subject="b", summary="'total' is a required property")), None) == {}


def test_only_failures_are_grouped() -> None:
    passed = replace(UNSIGNED, subject="placeOrder", outcome=Outcome.NOT_OBSERVED)
    assert grouped((UNSIGNED, passed), None) == {}


def test_the_same_in_every_language_is_one() -> None:
    first = failed("values.documented_examples_survive", "python: Order", "the value changed (and 2 more: Fill, Trade)")
    second = failed("values.documented_examples_survive", "go: Order", "the value changed")
    assert grouped((first, second), None) == {second.name: first.name}


def test_what_follows_from_a_broken_rule_stands_behind_it_through_every_link() -> None:
    empty = failed("authentication.empty_signatures_are_refused", "placeOrder", "a call with an empty signature was accepted with 201")
    ignored = failed("contract.missing_credentials_are_refused", "getOrder")
    assert grouped((ignored, UNSIGNED, empty), None) == {empty.name: UNSIGNED.name, ignored.name: UNSIGNED.name}


def test_what_follows_only_at_the_same_place_does_not_follow_elsewhere() -> None:
    crash, status = failed("contract.no_server_error", "getOrder"), failed("contract.no_undocumented_status", "getOrder")
    assert grouped((crash, status), None) == {status.name: crash.name}
    assert grouped((crash, replace(status, subject="getTime")), None) == {}


def test_a_consequence_of_one_form_needs_that_form() -> None:
    header = failed("contract.invalid_requests_are_rejected", "listBalances", "parameter `X-Sign` in header")
    assert grouped((UNSIGNED, header), None) == {header.name: UNSIGNED.name}
    assert grouped((UNSIGNED, replace(header, summary="parameter `limit` in query")), None) == {}


def test_all_that_the_model_finds_is_one_and_the_fill_tells_it() -> None:
    found = tuple(map(model, ("orders", "fills", "balances")))
    assert grouped(found, parted("order 2 has fee 0; by the model 1")) == {found[0].name: found[1].name, found[2].name: found[1].name}


def test_without_a_fill_an_order_tells_it_and_without_both_whatever_there_is() -> None:
    orders, books = model("orders"), model("books")
    assert grouped((books, orders), parted("order 2 is open; by the model ended")) == {books.name: orders.name}
    assert grouped((books,), parted("1 stands in the asks at 2; by the model 0")) == {}


def test_a_story_made_for_it_tells_better_than_the_model() -> None:
    fee, fills = failed("balances.fees_are_as_documented", "listFills", "a fill was charged 0 USD"), model("fills")
    assert grouped((fee, fills), parted("the fills of order 2 have fee 0 in all; by the model 1")) == {fills.name: fee.name}
    assert grouped((fee, fills), parted("order 2 has filled 0; by the model 1")) == {}


def test_flaws_of_a_description_are_grouped_by_their_rule() -> None:
    first = replace(failed("description.description_needs_no_repair", "/a", "x is missing"), evidence=("no-type at /a, line 3",))
    second = replace(first, subject="/b", summary="y is missing", evidence=("no-type at /b, line 9",))
    other = replace(first, subject="/c", evidence=("no-name at /c, line 9",))
    assert grouped((first, second, other), None) == {second.name: first.name}
    silent = replace(first, subject="/d", evidence=())
    assert grouped((first, silent), None) == {}


def test_references_that_go_round_lead_nowhere() -> None:
    assert _root("a", {"a": "b", "b": "c", "c": "b"}) == "a"
    assert _root("a", {"a": "b", "b": "c"}) == "c"


@pytest.mark.parametrize("check", sorted({each for rule in _FOLLOWS for each in (rule.effect, rule.cause)} | set(_IN_THE_MODEL)))
def test_every_rule_names_checks_that_exist(check: str) -> None:
    assert any(entry.id.startswith(check) for entry in catalogue())
