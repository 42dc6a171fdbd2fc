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
    reading_keys_never_withdraw: bool = True
    signatures_count_once: bool = True
    """Of calls that are to change something: the same one again is refused."""
    known_signatures_grow_old: bool = True
    """A signature that was accepted is held against the clock again when it comes again."""
    budgets_are_enforced: bool = True
    budgets_count_down: bool = True
    queries_keep_the_description: bool = True
    sides_are_known: bool = True
    """An order that is neither to buy nor to sell is refused."""
    methods_are_limited: bool = True
    clocks_go_on: bool = True
    pages_go_on_after_the_cursor: bool = True
    """And do not repeat the cursor's own item."""
    pages_leave_nothing_out: bool = True
    statements_keep_to_the_filter: bool = True
    signatures_bind_the_key: bool = True
    """A signature is made with the secret of the key that it comes with."""
    signatures_may_not_be_empty: bool = True
    windows_are_signed: bool = True
    timestamps_may_not_lead: bool = True
    budgets_recover: bool = True
    retry_after_suffices: bool = True
    depth_keeps_its_limit: bool = True
    snapshots_are_whole: bool = True
    streams_never_start_over: bool = True
    """Sequence numbers only grow."""
    streams_tell_once: bool = True
    streams_tell_removals: bool = True
    """A level that is gone is told with a total of zero."""
    checksums_follow_changes: bool = True
    """The checksum of a change is that of the book after it."""
    streams_tell_cancellations: bool = True
    streams_tell_what_is_filled: bool = True
    streams_tell_trades_once: bool = True
    streams_tell_the_takers_side: bool = True
    streams_end_when_left: bool = True
    streams_refuse_nonsense: bool = True
    streams_answer_pings: bool = True
    streams_serve_again: bool = True
    """Who comes back is served like who comes first."""
    streams_number_every_change: bool = True
    streams_keep_accounts_apart: bool = True
    streams_check_signatures: bool = True


CORRECT = WebRules()
