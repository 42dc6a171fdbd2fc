"""From a sequence that fails to the shortest that can be found which still does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from certification.evidence.model.action import Action, Place

Sequence = tuple[Action, ...]


def shortest(actions: Sequence, fails: Callable[[Sequence], bool], *, plain: Decimal, most: int = 60) -> Sequence:
    """Leave actions out and make quantities plain as long as the rest still fails, with at most ``most`` tries.

    An action that names an order which is left out goes with it.
    """
    tries = 0
    again = True
    while again:
        again = False
        for candidate in _smaller(actions, plain):
            if tries >= most:
                return actions
            tries += 1
            if fails(candidate):
                actions, again = candidate, True
                break
    return actions


def _smaller(actions: Sequence, plain: Decimal) -> Iterator[Sequence]:
    """Everything that is one step simpler, the boldest first."""
    size = len(actions) // 2
    while size:
        for start in range(0, len(actions) - size + 1, size):
            rest = _whole(actions[:start] + actions[start + size :])
            if rest:
                yield rest
        size //= 2
    for index, action in enumerate(actions):
        if isinstance(action, Place) and action.quantity != plain:
            yield (*actions[:index], replace(action, quantity=plain), *actions[index + 1 :])


def _whole(actions: Sequence) -> Sequence:
    """Without the actions whose order is gone."""
    placed = {action.key for action in actions if isinstance(action, Place)}
    return tuple(action for action in actions if action.key in placed)
