"""The rules that the engine keeps, each a switch, so that one fault is one rule not kept and the code stays in one piece."""

from __future__ import annotations

from dataclasses import dataclass

LATE_MS = 10
"""How much later than it happened an exchange hears of what it should know at once, where that rule is off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineRules:
    """What a correct exchange does. All true is correct; a fault of the sandbox turns one off."""

    buyers_pay_in_full: bool = True
    """A buyer pays price times quantity for what was filled."""
    cancel_releases_the_hold: bool = True
    fees_are_charged: bool = True
    takers_pay_the_taker_fee: bool = True
    """And not the (lower) fee of makers."""
    client_order_ids_are_unique: bool = True
    client_order_ids_are_known_at_once: bool = True
    """And not looked up where a new one arrives a moment late."""
    client_order_ids_bind_the_content: bool = True
    """The same id with other content is refused, and not answered with the first order."""
    post_only_never_takes: bool = True
    ioc_never_rests: bool = True
    fok_fills_whole_or_not: bool = True
    limits_bind_the_fill_price: bool = True
    older_orders_fill_first: bool = True
    prices_keep_the_tick: bool = True
    quantities_keep_the_lot: bool = True
    minimum_notional_is_kept: bool = True
    cancelled_orders_leave_the_open_ones: bool = True
    rest_is_held_after_a_fill: bool = True
    """What a partly filled order still needs stays held."""
    fees_are_cut_off: bool = True
    """And not rounded up."""
    makers_pay_the_maker_fee: bool = True
    own_orders_never_meet: bool = True
    filled_orders_stay_filled: bool = True
    """A cancellation that comes too late changes nothing."""
    market_orders_are_paid_for: bool = True
    limit_orders_are_paid_for: bool = True
    holds_are_known_at_once: bool = True
    """What an order holds is not there for the next, however soon it comes."""
    prices_are_never_rounded: bool = True
    """A price between two ticks is refused, not moved."""
    cancelled_orders_leave_the_book: bool = True
    immediate_orders_release_the_rest: bool = True
    fok_takes_a_whole_level: bool = True
    """A fill-or-kill order for exactly what rests is filled."""
    owners_alone_read: bool = True
    owners_alone_cancel: bool = True
    cancel_all_takes_part_filled: bool = True
    cancel_all_keeps_to_its_market: bool = True
    cancel_all_keeps_to_its_account: bool = True
    orders_expire: bool = True
    part_filled_orders_expire: bool = True
    expiries_lie_ahead: bool = True
    withdrawals_leave_holds_alone: bool = True
    expired_orders_release_the_hold: bool = True
    expired_orders_are_told: bool = True
    expired_orders_stay_expired: bool = True
    """A cancellation that comes after the end changes nothing."""
    expired_orders_leave_the_open_ones: bool = True
    withdrawal_ids_are_unique: bool = True
    withdrawal_ids_bind_the_content: bool = True
    repeated_withdrawals_hold_once: bool = True
    withdrawals_are_paid_for: bool = True
    withdrawal_addresses_are_checked: bool = True
    withdrawal_amounts_keep_the_step: bool = True
    cancelled_withdrawals_give_back_once: bool = True
    cancelled_withdrawals_give_the_fee_back: bool = True
    owners_alone_see_withdrawals: bool = True


CORRECT = EngineRules()
