"""What a story made on the sandbox and has not undone: orders that rest, withdrawals that may still leave, and what nobody answered for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certification.evidence.facts import is_accepted, text_or_empty, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from certification.evidence.record import ScenarioStep
    from certification.profile import RoleName

_ENDED = frozenset({"filled", "cancelled", "expired"})
_MADE_BY: dict[str, RoleName] = {"place": "cancel", "withdraw": "cancel_withdrawal"}
"""What makes something -> what undoes it."""
_NAMES = {"place": ("order_id", "client_order_id"), "withdraw": ("withdrawal_id", "client_withdrawal_id")}
_NAMED_BY = {"amend": _NAMES["place"]} | {undone_by: _NAMES[made_by] for made_by, undone_by in _MADE_BY.items()}
_CALLED = {"place": "order", "withdraw": "withdrawal"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """One thing that was made."""

    made_by: RoleName
    actor: str
    identity: tuple[tuple[str, str], ...]
    """Its ids and its market, in neutral words."""
    answered: bool = True
    """Whether the exchange said that it took the request."""

    @property
    def undone_by(self) -> RoleName:
        """The role that undoes it."""
        return _MADE_BY[self.made_by]

    @property
    def names(self) -> dict[str, str]:
        """Its ids, the exchange's and the client's."""
        return {name: value for name, value in self.identity if name in _NAMES[self.made_by]}

    def is_meant(self, actor: str, step: ScenarioStep) -> bool:
        """Whether a step of that account asked about this one."""
        asked = {name: value for name in _NAMES[self.made_by] for value in texts(step, f"asked.{name}")}
        return actor == self.actor and asked.items() <= self.names.items()

    def told(self) -> str:
        """What it is, in words."""
        named = next(iter(self.names.values()), "without an id")
        return f"{_CALLED[self.made_by]} {named} of {self.actor}" + ("" if self.answered else ", which was not answered")


class Leftovers:
    """Keeps account of them, from each call and its answer."""

    def __init__(self) -> None:
        """Know of nothing."""
        self._all: list[Leftover] = []

    def __iter__(self) -> Iterator[Leftover]:
        """Those that are left, the newest first."""
        return reversed(tuple(self._all))

    def note(self, role: RoleName, actor: str, step: ScenarioStep) -> None:
        """Take an answer in."""
        if role in _MADE_BY and is_accepted(step) and not _ENDED & set(texts(step, "status")):
            symbol = tuple(("symbol", value) for value in texts(step, "asked.symbol"))
            self._all.append(Leftover(made_by=role, actor=actor, identity=(*identity_of(role, step).items(), *symbol)))
        if role == "amend" and is_accepted(step):
            self._note_renamed(actor, step)
        if is_accepted(step):
            self._all = [each for each in self._all if role != each.undone_by or not each.is_meant(actor, step)]

    def _note_renamed(self, actor: str, step: ScenarioStep) -> None:
        """Take in that an order has a new id since it was amended. Its old one stays too: some exchanges know it by both."""
        new = text_or_empty(step, "order_id")
        if new and not any(each.names.get("order_id") == new for each in self._all):
            symbol = tuple(("symbol", value) for value in texts(step, "asked.symbol"))
            self._all.append(Leftover(made_by="place", actor=actor, identity=(("order_id", new), *symbol)))

    def unanswered(self, role: RoleName, actor: str, arguments: Mapping[str, str]) -> None:
        """Take in that no answer came: what was asked for may have been made."""
        if role in _MADE_BY:
            names = (*_NAMES[role], "symbol")
            identity = tuple((name, arguments[name]) for name in names if name in arguments)
            self._all.append(Leftover(made_by=role, actor=actor, identity=identity, answered=False))

    def drop(self, leftover: Leftover) -> None:
        """Forget one, whatever became of it: nothing more can be done."""
        self._all = [each for each in self._all if each is not leftover]

    def taken(self) -> tuple[Leftover, ...]:
        """All that are left, the oldest first, and forget them."""
        left, self._all = tuple(self._all), []
        return left


def says_which(role: RoleName, given: Mapping[str, str]) -> bool:
    """Whether a call that undoes or changes one thing says which. Any other call need not.

    Without it, some exchanges undo everything: a list's address answers, or a parameter is taken for left out.
    """
    names = _NAMED_BY.get(role)
    return names is None or any(given.get(name) for name in names)


def identity_of(role: RoleName, step: ScenarioStep) -> dict[str, str]:
    """What names a thing that was made, by the answer, or else by what was given."""
    found = {name: text_or_empty(step, name) for name in _NAMES[role]}
    if role == "withdraw":
        found = {name: value or text_or_empty(step, f"asked.{name}") for name, value in found.items()}
    return {name: value for name, value in found.items() if value}
