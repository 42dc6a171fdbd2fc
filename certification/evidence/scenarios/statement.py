"""The story of an account's statement: what is traded and withdrawn, and every entry that tells of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from certification.evidence.facts import is_accepted, texts
from certification.evidence.record import STATED_ASSET, WHOLE, ScenarioStep
from certification.evidence.scenarios.history import fills_of, listed
from certification.evidence.scenarios.leftovers import identity_of
from certification.evidence.scenarios.paging import CURSOR
from certification.evidence.scenarios.story import Story
from certification.evidence.scenarios.venue import NOTHING_GIVEN, Venue, best, plain
from certification.evidence.scenarios.withdrawals import asked as withdrawal_of
from certification.evidence.scenarios.withdrawals import call_back
from certification.evidence.scenarios.withdrawals import unsaid as no_withdrawals

if TYPE_CHECKING:
    from certification.profile import RoleName

_Lists = tuple[Mapping[str, str], ...]
"""What asks for each list that the statement has; nothing where it has one."""
ROLE: RoleName = "statement"
_PAGES = 3
"""How far a statement is read at least, so that what is told between two pages shows."""
_MOST_PAGES = 8
_LOOKS, _AGAIN_S = 10, 1.0
"""A statement may be written a moment after the trade."""


def _after_trading(venue: Venue) -> Iterator[ScenarioStep]:
    """Buy, sell, and withdraw where that may be; then the entries that are new, and balances before and after."""
    balances = venue.ask("balances", label="balances before")
    yield balances
    lists = _lists(venue, balances)
    known: set[str] = set()
    for words in lists:
        page = _page(venue, words, "statement before")
        known |= set(texts(page, "item_id"))
        yield page
    traded = tuple(_traded(venue))
    yield from traded
    yield from _awaited(venue, lists, known, traded)
    for words in lists:
        yield from _read(venue, words, known)
    yield venue.ask("balances", label="balances after")
    yield from _narrowed(venue)


def _lists(venue: Venue, balances: ScenarioStep) -> _Lists:
    """What asks for each list that the statement has: one of all assets, or one of each of the two that are traded."""
    if venue.takes(ROLE, "account"):
        accounts = dict(zip(texts(balances, "asset"), texts(balances, "account"), strict=False))
        return tuple({"account": accounts[asset], "asset": asset} for asset in (venue.base, venue.quote) if asset in accounts)
    return (NOTHING_GIVEN,)


def _page(venue: Venue, words: Mapping[str, str], label: str) -> ScenarioStep:
    """As much of a list at once as the exchange gives, with the asset that it is of, and whether that is all."""
    given = {name: value for name, value in words.items() if name == "account"}
    page = listed(venue, ROLE, given, label=label)
    return _of(venue, page, words, number=1, seen=0)


def _of(venue: Venue, page: ScenarioStep, words: Mapping[str, str], *, number: int, seen: int) -> ScenarioStep:
    """The page, with the asset that its list is of and whether it is the last."""
    facts = [(STATED_ASSET, words["asset"])] if "asset" in words else []
    if is_accepted(page) and venue.pages(ROLE) is not None and _following(venue, page, number=number, seen=seen) is None:
        facts.append((WHOLE, "yes"))
    return replace(page, facts=(*page.facts, *facts))


def _following(venue: Venue, page: ScenarioStep, *, number: int, seen: int) -> str | None:
    """What asks for the next page; ``None`` where this one ends the list."""
    pages = venue.pages(ROLE)
    return pages.following(page, number=number, seen=seen + pages.items(page)) if pages is not None else None


def _traded(venue: Venue) -> Iterator[ScenarioStep]:
    """An order that takes from each side of the book, with its fills, and a withdrawal that is called back."""
    for side, offers in (("buy", "asks"), ("sell", "bids")):
        price = best(venue.ask("depth", {"symbol": venue.symbol, "limit": "5"}, label="depth"), offers)
        if price is None:
            continue
        placed = venue.place(label=side, side=side, price=plain(price), time_in_force="immediate_or_cancel")
        yield placed
        identity = venue.identity_of(placed)
        if identity:
            yield from fills_of(venue, identity, label=f"fills of the {side}")
    if venue.has("withdraw") and not no_withdrawals(venue):
        named = venue.only("withdraw", {"client_withdrawal_id": venue.new_client_id()})
        withdrawn = venue.ask("withdraw", withdrawal_of(venue) | named, label="withdraw")
        yield withdrawn
        yield from call_back(venue, withdrawn) if identity_of("withdraw", withdrawn) else ()


def _awaited(venue: Venue, lists: _Lists, known: set[str], traded: tuple[ScenarioStep, ...]) -> Iterator[ScenarioStep]:
    """The first page of each list, again and again until it tells of what was done, or for ten seconds."""
    fills = [each for each in traded if each.label.startswith("fills of") and is_accepted(each)]
    wanted = sum(len(texts(each, "quantity")) for each in fills)
    for words in lists if wanted else ():
        # One entry of each of the two assets that a fill moves; and what can't be called back has left.
        due = wanted * (1 if "asset" in words else 2) + _left(venue, words, traded)
        for _ in range(_LOOKS):
            page = _page(venue, words, "statement meanwhile")
            if not is_accepted(page) or len(set(texts(page, "item_id")) - known) >= due:
                break
            venue.wait(_AGAIN_S)
            yield page


def _left(venue: Venue, words: Mapping[str, str], traded: tuple[ScenarioStep, ...]) -> int:
    """How many withdrawals left the account for good."""
    if venue.has("cancel_withdrawal") or venue.withdrawals is None or words.get("asset") not in {None, venue.withdrawals.asset}:
        return 0
    return sum(1 for each in traded if each.label == "withdraw" and is_accepted(each))


def _read(venue: Venue, words: Mapping[str, str], known: set[str]) -> Iterator[ScenarioStep]:
    """Page after page of a list, until it ends or tells of what was known."""
    page, seen = _page(venue, words, "statement after, page 1"), 0
    arguments = venue.usual_arguments(ROLE) | venue.only(ROLE, dict(words if "account" in words else NOTHING_GIVEN))
    if asked := texts(page, "asked.limit"):
        arguments |= {"limit": asked[0]}
    for number in range(1, _MOST_PAGES + 1):
        yield page
        cursor = _following(venue, page, number=number, seen=seen) if is_accepted(page) else None
        if cursor is None or (number >= _PAGES and known & set(texts(page, "item_id"))):
            return
        seen += len(texts(page, "item_id"))
        told = venue.ask(ROLE, arguments | {CURSOR: cursor}, label=f"statement after, page {number + 1}")
        page = _of(venue, told, words, number=number + 1, seen=seen)


def _narrowed(venue: Venue) -> Iterator[ScenarioStep]:
    """What is told where one asset, or one kind of entry, is asked for."""
    if venue.takes(ROLE, "asset"):
        yield listed(venue, ROLE, {"asset": venue.quote}, label="statement of one asset")
    if venue.has_word(ROLE, "kind", "trade"):
        yield listed(venue, ROLE, {"kind": "trade"}, label="statement of one kind")


STORIES = (
    Story(
        id="statement.after-trading",
        about=ROLE,
        needs=("place", "depth", "balances", "fills"),
        play=_after_trading,
        extra=True,
    ),
)
