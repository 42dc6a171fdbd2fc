"""The checksum by which an exchange sums its book up, held against the book that was kept. Does no I/O."""

from __future__ import annotations

import zlib
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .channels import ChecksumRule

Texts = tuple[str, str]
"""A level's price and quantity, as the exchange wrote them."""
_WORD: Final = 1 << 32


def is_sum_of(told: str, rule: ChecksumRule, bids: list[Texts], asks: list[Texts]) -> bool:
    """Whether ``told``, signed or not, is the CRC-32 of these levels, no more of a side than it covers, best first."""
    right = zlib.crc32(_summed(rule, bids, asks).encode())
    return told in {str(right), str(right - _WORD)}


def _summed(rule: ChecksumRule, bids: list[Texts], asks: list[Texts]) -> str:
    match rule.joining:
        case "asks_bids":
            levels = [*asks, *bids]
        case "bids_asks":
            levels = [*bids, *asks]
        case _:
            levels = [level for level in chain.from_iterable(zip_longest(bids, asks)) if level is not None]
    texts = chain.from_iterable(levels)
    return rule.separator.join((text.replace(".", "").lstrip("0") for text in texts) if rule.digits else texts)
