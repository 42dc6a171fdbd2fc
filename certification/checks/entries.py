"""Entries of an account's statement, read out of a story: what each changed, which are new, and how balances go from one to the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from certification.checks.scene import accepted_step
from certification.evidence.facts import UnclearError, is_accepted, numbers, texts
from certification.evidence.record import STATED_ASSET, WHOLE, Scenario, ScenarioStep

_BEFORE, _AFTER = "statement before", "statement after, page "
_NULL = "null"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry."""

    item_id: str
    asset: str
    change: Decimal
    """By how much the balance changed, fee included."""
    digits: int
    """How many there are after the point of what the entry says."""
    balance: Decimal | None
    """What it left."""
    reference: str
    """What it names; empty where it names nothing."""
    kind: str
    """In neutral words: trade, fee, withdrawal, deposit; empty where the profile does not read it."""
    time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementList:
    """One list of entries, as far as it was read."""

    asset: str
    """Of which it is; empty where it tells of all."""
    entries: tuple[Entry, ...]
    """In the list's order, each once."""
    known: frozenset[str]
    """The ids of those that had been told before."""
    known_whole: bool
    """Whether those were all."""
    whole: bool
    """Whether the list was read to its end."""


def entries_in(step: ScenarioStep) -> tuple[Entry, ...]:
    """The entries that an answer tells.

    Raises:
        UnclearError: the profile does not read what each one is of and changed.
    """
    names = texts(step, "item_id")
    assets = _column(step, "asset", len(names)) or texts(step, STATED_ASSET) * len(names)
    changes, fees = numbers(step, "change"), numbers(step, "fee", null_is_none=True)
    if not changes:
        amounts = numbers(step, "amount")
        charged = fees if len(fees) == len(amounts) else (Decimal(0),) * len(amounts)
        changes = tuple(amount - fee for amount, fee in zip(amounts, charged, strict=True))
    if len(assets) != len(names) or len(changes) != len(names):
        raise UnclearError(f"the profile reads no item_id, asset and amount (or change) of every entry in '{step.label}'")
    balances = numbers(step, "balance", null_is_none=True)
    left = balances if len(balances) == len(names) else (None,) * len(names)
    references, kinds, times = (_column(step, name, len(names)) or ("",) * len(names) for name in ("reference", "kind", "time"))
    return tuple(
        Entry(
            item_id=names[row],
            asset=assets[row],
            change=changes[row],
            digits=_digits(changes[row]),
            balance=left[row],
            reference=references[row] if references[row] != _NULL else "",
            kind=kinds[row],
            time=times[row],
        )
        for row in range(len(names))
    )


def _column(step: ScenarioStep, name: str, rows: int) -> tuple[str, ...]:
    """A fact of every row; none where not every row has it."""
    found = texts(step, name)
    return found if len(found) == rows else ()


def _digits(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def statement_lists(scenario: Scenario) -> tuple[StatementList, ...]:
    """Every list of the story, page by page put together.

    Raises:
        UnclearError: a page was not answered, or not enough is read of it.
    """
    accepted_step(scenario, _BEFORE)
    found = []
    for before in (each for each in scenario.steps if each.label == _BEFORE and is_accepted(each)):
        of = texts(before, STATED_ASSET)
        pages = [each for each in scenario.steps if each.label.startswith(_AFTER) and texts(each, STATED_ASSET) == of]
        if not pages or not all(is_accepted(page) for page in pages):
            raise UnclearError("a page of the statement was refused")
        entries = {entry.item_id: entry for page in pages for entry in entries_in(page)}
        found.append(
            StatementList(
                asset=of[0] if of else "",
                entries=tuple(entries.values()),
                known=frozenset(texts(before, "item_id")),
                known_whole=bool(texts(before, WHOLE)),
                whole=bool(texts(pages[-1], WHOLE)),
            )
        )
    return tuple(found)


def new_entries(scenario: Scenario) -> tuple[Entry, ...]:
    """The entries that were not there before.

    Raises:
        UnclearError: the lists are too long to tell.
    """
    return tuple(entry for told in statement_lists(scenario) for entry in _new_of(told))


def _new_of(told: StatementList) -> Iterator[Entry]:
    marks = [entry.item_id in told.known for entry in told.entries]
    if not marks or (told.known_whole and (told.whole or not marks[0])):
        yield from (entry for entry, known in zip(told.entries, marks, strict=True) if not known)
    elif not marks[0] and any(marks):
        yield from told.entries[: marks.index(True)]
    elif marks[0] and told.whole:
        yield from told.entries[len(marks) - marks[::-1].index(True) :]
    elif not all(marks):
        raise UnclearError("the statement is too long to tell which of its entries are new")


def chain_breaks(entries: list[Entry]) -> tuple[list[str], Decimal | None]:
    """Where balances of one asset's entries do not follow from each other, in the direction that fits best; and the newest balance.

    Entries of one instant may be listed in any order. The newest balance is ``None`` where it can't be told which that is.
    """
    forwards, backwards = _breaks(entries), _breaks(entries[::-1])
    if len(backwards) <= len(forwards):
        return backwards, _newest(entries[::-1])
    return forwards, _newest(entries)


def _newest(entries: list[Entry]) -> Decimal | None:
    """The balance after the last entry; ``None`` where several are of its instant."""
    last = entries[-1]
    alone = not last.time or last.time != entries[-2].time
    return last.balance if alone else None


def _breaks(entries: list[Entry]) -> list[str]:
    """The same, oldest first."""
    state: set[Decimal | None] = set()
    found = []
    for _, together in groupby(enumerate(entries), key=lambda each: each[1].time or str(each[0])):
        group = [entry for _, entry in together]
        ends = {end for start in state for end in _ends(start, group)}
        if state and not ends:
            balance = next(iter(state)) if len(state) == 1 else None
            was = f"{balance:f}" if balance is not None else "the balances of one instant"
            found.append(f"after {was} comes an entry of {group[0].change:f} that leaves {group[0].balance:f}")
        state = {*ends} or {entry.balance for entry in group}
    return found


def _ends(start: Decimal | None, group: list[Entry]) -> Iterator[Decimal]:
    """The balances that entries of one instant can end at, in whatever order each follows from the one before."""
    left, balance = list(group), start
    while left and balance is not None:
        following = next((entry for entry in left if entry.balance == balance + entry.change), None)
        if following is None:
            return
        left.remove(following)
        balance = following.balance
    if balance is not None:
        yield balance
