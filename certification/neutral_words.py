"""The neutral names and words that stories and checks know: where a profile says another one, what it maps there is read by nobody."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches

from certification.evidence.scenarios.spoken import PLACE
from certification.profile import Trading
from certification.profile_streams import Streams
from certification.roles import RoleFault

_CONDITIONS = frozenset({"immediate_or_cancel", "fill_or_kill", "post_only", "good_till_time"})
"""Times in force that may be a type of order, or have a field of their own, too."""
_LEVELS = frozenset(f"{side}.{name}" for side in ("bids", "asks") for name in ("price", "quantity"))
_CANDLE = frozenset({"time", "open", "high", "low", "close", "volume"})
_OF_WITHDRAWALS = frozenset({"withdrawal_id", "client_withdrawal_id", "asset", "network", "address", "amount"})
_OF_ORDERS = frozenset({"symbol", "side", "type", "time_in_force", "price", "quantity", "client_order_id", "order_id", "expires"})
ARGUMENTS = _OF_ORDERS | _CONDITIONS | _OF_WITHDRAWALS | {"deadline", "limit", "cursor", "kind", "account"}
"""What roles are asked."""
FIELDS = (
    *(_OF_ORDERS | _LEVELS | _CANDLE | _OF_WITHDRAWALS),
    *(
        "status",
        "filled",
        "average",
        "notional",
        "fee",
        "fee_asset",
        "created",
        "updated",
        "liquidity",
        "trade_id",
        "item_id",
        "cursor",
        "count",
    ),
    *("account", "free", "held", "total", "sequence", "bid", "ask", "last", "kind", "reference", "balance", "change"),
    *("price_step", "quantity_step", "min_quantity", "max_quantity", "min_notional", "maker_fee", "taker_fee"),
    *("header.remaining", "header.used"),
)
"""What is read of roles' answers."""
HEARD = (
    *(_LEVELS | _CANDLE),
    *(
        "sequence",
        "previous",
        "first",
        "id",
        "event_id",
        "order_id",
        "client_order_id",
        "status",
        "filled",
        "left",
        "last_filled",
        "last_fee",
    ),
    *("notional", "trade_id", "price", "quantity", "side", "last", "bid", "ask", "asset", "free", "held", "total"),
    *("channel", "code"),
)
"""What is read of streams' messages; ``channel`` and ``code`` for whoever reads the evidence."""
WORDS: Mapping[str, frozenset[str]] = {
    "side": frozenset({"buy", "sell"}),
    "type": frozenset({"limit", "market"}) | _CONDITIONS,
    "time_in_force": _CONDITIONS | {"good_till_cancelled"},
    "status": frozenset({"open", "partially_filled", "filled", "cancelled", "expired"}),
    "kind": frozenset({"trade", "fee", "deposit", "withdrawal"}),
    "liquidity": frozenset({"maker", "taker"}),
    **{name: frozenset({name}) for name in _CONDITIONS},
}
"""Neutral name -> its words, where not any text will do."""


SENT = ("symbol", "id", "key", "passphrase", "timestamp", "signature", "listen_key")
"""What is filled into the messages that streams are sent."""


def unknown_words(trading: Trading) -> tuple[RoleFault, ...]:
    """What a profile says in names and words that nobody knows, with what may have been meant."""
    found = [
        RoleFault(role=name, sentence=sentence)
        for name, role in trading.roles.items()
        for sentence in (
            *_unknown("argument", role.arguments, ARGUMENTS),
            *_unknown("field", role.fields, FIELDS),
            *_misspoken(role.values, {*ARGUMENTS, *FIELDS}),
        )
    ]
    for what, template in _templates(trading.streams):
        found += (RoleFault(role=f"streams.{what}", sentence=each) for each in _unknown("place", _places(template), SENT))
    for kind, heard in trading.streams.ways() if trading.streams is not None else ():
        sentences = (*_unknown("field", heard.fields, HEARD), *_misspoken(heard.values, HEARD))
        found += (RoleFault(role=f"streams.heard.{kind}", sentence=sentence) for sentence in sentences)
    return tuple(found)


def _templates(streams: Streams | None) -> Iterator[tuple[str, object]]:
    if streams is None:
        return
    yield "payload", streams.payload
    yield from ((f"send.{name}", template) for name, template in streams.send.items())
    if streams.crowd is not None:
        yield "crowd.send", streams.crowd.send


def _places(template: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name, _ in PLACE.findall(str(template))))


def _unknown(what: str, said: Collection[str], known: Collection[str]) -> Iterator[str]:
    for name in said:
        if name not in known:
            yield f"{what} {name}: nothing knows it{_meant(name, known)}"


def _misspoken(values: Mapping[str, Mapping[str, str]], known: Collection[str]) -> Iterator[str]:
    yield from _unknown("values of", values, known)
    for name, words in values.items():
        if name in WORDS:
            yield from _unknown(f"values of {name}, word", words, WORDS[name])


def _meant(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"; is {near[0]} meant?" if near else ""
