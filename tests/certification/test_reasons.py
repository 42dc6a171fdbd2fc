"""One trouble is one reason."""

from __future__ import annotations

from certification.reasons import gathered

_DOWN = "not observed (sandbox https://s.example can't be found: no such name)"


def test_one_trouble_is_one_reason_however_many_checks_it_silences() -> None:
    lines = (
        f"api: contract.no_server_error: {_DOWN}",
        "orders.limits_hold: failed for place",
        f"python: contract.no_undocumented_status: {_DOWN}",
        f"api: contract.no_other_promise_is_broken: {_DOWN}",
    )
    assert gathered(lines) == (f"api: contract.no_server_error and 2 more: {_DOWN}", "orders.limits_hold: failed for place")


def test_failures_and_what_names_no_check_stay_apart() -> None:
    lines = (
        "orders.limits_hold: failed for place",
        "orders.cancelled_orders_are_gone: failed for place",
        "known gap a.b (*) was not observed",
    )
    assert gathered(lines) == lines
