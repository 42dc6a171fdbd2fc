"""The rules that the web layer keeps, each a switch, so that one fault is one rule not kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WebRules:
    """What a correct server does. All true is correct; a fault of the sandbox turns one off."""

    calls_must_be_signed: bool = True
    signatures_must_fit: bool = True
    bodies_are_signed: bool = True
    queries_are_signed: bool = True
    timestamps_must_be_fresh: bool = True
    keys_keep_their_permissions: bool = True
    budgets_are_enforced: bool = True
    budgets_count_down: bool = True
    queries_keep_the_description: bool = True
    methods_are_limited: bool = True
    clocks_go_on: bool = True
    pages_go_on_after_the_cursor: bool = True
    """And do not repeat the cursor's own item."""
    pages_leave_nothing_out: bool = True
    streams_number_every_change: bool = True
    streams_keep_accounts_apart: bool = True
    streams_check_signatures: bool = True


CORRECT = WebRules()
