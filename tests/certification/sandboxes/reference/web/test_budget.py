from __future__ import annotations

from certification.sandboxes.reference.web.budget import WINDOW_MS, Budgets, Payer


def test_addresses_and_accounts_have_budgets_of_their_own_size() -> None:
    budgets = Budgets()
    assert budgets.spend(Payer.ADDRESS, "x", 0).limit == 3000
    assert budgets.spend(Payer.ACCOUNT, "x", 0).limit == 5000
    assert budgets.spend(Payer.ACCOUNT, "x", 0).remaining == 4998


def test_no_burst_fits_between_two_windows() -> None:
    budgets = Budgets(3)
    instants = [0, 9_000, 9_500, 9_999, 10_000, 10_001, 19_000]
    assert [budgets.spend(Payer.ACCOUNT, "x", now).exceeded for now in instants] == [False, False, False, True, False, True, False]


def test_the_wait_that_is_told_is_enough() -> None:
    budgets = Budgets(2)
    budgets.spend(Payer.ACCOUNT, "x", 1)
    budgets.spend(Payer.ACCOUNT, "x", 2_500)
    refused = budgets.spend(Payer.ACCOUNT, "x", 3_000)
    assert (refused.exceeded, refused.remaining, refused.reset_s) == (True, 0, 8)
    assert not budgets.spend(Payer.ACCOUNT, "x", 3_000 + refused.reset_s * 1000).exceeded


def test_what_is_left_comes_back_when_calls_grow_old() -> None:
    budgets = Budgets(5)
    left = [budgets.spend(Payer.ACCOUNT, "x", now).remaining for now in (0, 1, 2, WINDOW_MS + 2)]
    assert left == [4, 3, 2, 4]
