"""Reads an order from a request's body."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import ROUND_DOWN, Decimal
from typing import Any, cast, get_args

from benchmarks.fourth_exchange.form import SECOND, instant, iso, one_of, only, read_amount
from benchmarks.fourth_exchange.market import named
from benchmarks.fourth_exchange.orders import Force, Kind, Prevention, Side, Wish
from benchmarks.fourth_exchange.products import HIGHEST_PRICE, Product
from benchmarks.fourth_exchange.refusals import Refusal, invalid

_FIELDS = ("product_id", "side", "type", "size", "funds", "price", "time_in_force", "expire_time", "post_only", "stp", "client_oid")
_LONGEST = 30 * 86_400 * SECOND
CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{1,36}")


def read_wish(body: Mapping[str, Any], now: int, wrong: Callable[[str], bool]) -> Wish:
    """The order that a body wishes for; `wrong` says whether a defect is on.

    Raises:
        Refusal: it cannot be.
    """
    if not wrong("unknown-field-ignored"):
        only(body, _FIELDS)
    if not isinstance(body.get("product_id"), str):
        raise invalid("product_id", "must be a string")
    product = named(body, "product_id")
    side = cast("Side", one_of(body, "side", get_args(Side)))
    kind = cast("Kind", one_of(body, "type", get_args(Kind), "limit"))
    stp = cast("Prevention", one_of(body, "stp", get_args(Prevention), "cn"))
    client_oid = read_client_id(body, "client_oid")
    size, price, funds = read_amount(body, "size"), read_amount(body, "price"), read_amount(body, "funds")
    if kind == "market":
        _check_market(body, product, side, size, funds, wrong=wrong)
        return Wish(product=product, side=side, kind=kind, size=size, funds=funds, force="IOC", stp=stp, client_oid=client_oid)
    if size is None and wrong("missing-size-breaks"):
        raise TypeError("size")
    if size is None or price is None or funds is not None:
        raise invalid("size" if size is None else "price" if price is None else "funds", "is wrong: a limit order has a price and a size")
    if wrong("off-tick-price-rounded"):
        price = (price / product.quote_increment).to_integral_value(ROUND_DOWN) * product.quote_increment
    check_amounts(product, price, size, wrong)
    force = cast("Force", one_of(body, "time_in_force", get_args(Force), "GTC"))
    return Wish(
        product=product,
        side=side,
        kind=kind,
        size=size,
        price=price,
        force=force,
        expires=_expiry(body, force, now, wrong),
        post_only=_post_only(body, force) and not wrong("post-only-forgotten"),
        stp=stp,
        client_oid=client_oid,
    )


def read_client_id(body: Mapping[str, Any], name: str) -> str | None:
    """The id that a client chose; nothing where it chose none.

    Raises:
        Refusal: it is no id.
    """
    value = body.get(name)
    if name in body and (not isinstance(value, str) or CLIENT_ID.fullmatch(value) is None):
        raise invalid(name, "must be 1 to 36 letters, digits, hyphens or underscores")
    return value


def check_amounts(product: Product, price: Decimal, size: Decimal, wrong: Callable[[str], bool]) -> None:
    """Nothing, where a limit order may have this price and size.

    Raises:
        Refusal: it may not.
    """
    if price % product.quote_increment:
        raise invalid("price", f"must be a multiple of {product.quote_increment}")
    if price > HIGHEST_PRICE and not wrong("highest-price-ignored"):
        raise invalid("price", f"must not be above {HIGHEST_PRICE}")
    _check_size(product, size, wrong)
    if price * size < product.min_market_funds and not wrong("minimum-value-ignored"):
        raise Refusal(422, "below_minimum", f"price times size must be at least {product.min_market_funds} {product.quote}")


def _check_size(product: Product, size: Decimal, wrong: Callable[[str], bool]) -> None:
    if size % product.base_increment and not wrong("size-step-ignored"):
        raise invalid("size", f"must be a multiple of {product.base_increment}")
    if size < product.base_min_size and not wrong("minimum-size-ignored"):
        raise Refusal(422, "below_minimum", f"size must be at least {product.base_min_size} {product.base}")
    if size > product.base_max_size and not wrong("maximum-size-ignored"):
        raise Refusal(422, "above_maximum", f"size must be at most {product.base_max_size} {product.base}")


def _check_market(
    body: Mapping[str, Any], product: Product, side: Side, size: Decimal | None, funds: Decimal | None, *, wrong: Callable[[str], bool]
) -> None:
    for name in ("price", "time_in_force", "expire_time", "post_only"):
        if name in body:
            raise invalid(name, "does not belong to a market order")
    if (size is None) == (funds is None):
        raise invalid("size", "or funds: a market order has one of them")
    if size is not None:
        _check_size(product, size, wrong)
        return
    assert funds is not None
    if side == "sell":
        raise invalid("funds", "is for purchases only")
    if funds % product.quote_increment:
        raise invalid("funds", f"must be a multiple of {product.quote_increment}")
    if funds < product.min_market_funds and not wrong("minimum-funds-ignored"):
        raise Refusal(422, "below_minimum", f"funds must be at least {product.min_market_funds} {product.quote}")


def _expiry(body: Mapping[str, Any], force: Force, now: int, wrong: Callable[[str], bool]) -> int | None:
    if force != "GTT":
        if "expire_time" in body:
            raise invalid("expire_time", "is for GTT only")
        return None
    text = body.get("expire_time")
    at = instant(text) if isinstance(text, str) else None
    if at is not None and at <= now and wrong("past-expiry-accepted"):
        return at
    if at is None or not now < at <= now + _LONGEST:
        raise invalid("expire_time", f"must be an ISO 8601 instant in UTC after {iso(now)}, by 30 days at most")
    return at


def _post_only(body: Mapping[str, Any], force: Force) -> bool:
    value = body.get("post_only", False)
    if not isinstance(value, bool) or (value and force not in {"GTC", "GTT"}):
        raise invalid("post_only", "must be true or false, and true with GTC or GTT only")
    return value
