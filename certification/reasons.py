"""Reasons for people: one trouble is one line, however many checks it silences."""

from __future__ import annotations

import re

_UNOBSERVED = re.compile(r"(?P<about>(?:\w+: )?[a-z_]+\.\w+): (?P<why>not observed.*)", re.DOTALL)


def gathered(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Reasons, with those together that say of several checks that they were not observed for the same cause.

    A sandbox that is down is one reason, however many rules it leaves unobserved. Failures stay apart: each is a defect of its own.
    """
    groups: dict[str, list[str]] = {}
    for line in lines:
        found = _UNOBSERVED.fullmatch(line)
        groups.setdefault(found["why"] if found else line, []).append(found["about"] if found else "")
    return tuple(_joined(about, why) for why, about in groups.items())


def _joined(about: list[str], why: str) -> str:
    if len(about) > 1 and about[0]:
        return f"{about[0]} and {len(about) - 1} more: {why}"
    return f"{about[0]}: {why}" if about[0] else why
