"""Answers that come when their window is over: the table of ``sdkgen/RUNTIME.md``, driven in each language."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from pathlib import Path

import pytest

from benchmarks.driven import Driven, conversation
from certification.sandboxes.mock.plan import Fault, Lane, PlannedAnswer
from sdkgen.language import Language
from tests.simulators.desk_sdks import LOOKS
from tests.simulators.mock_exchange import mock_exchange

pytestmark = pytest.mark.toolchain

RUNTIME = Path(__file__).resolve().parents[2] / "sdkgen" / "RUNTIME.md"
TOLD = {
    "all used": {"X-Used": "5"},
    "none left": {"X-Left": "0"},
    "none used": {"X-Used": "0", "X-Left": "5"},
    "nothing": {},
    "all used, and a reset at once": {"X-Used": "5", "X-Reset": "0"},
    "a reset alone": {"X-Reset": "60"},
}
LATE = 1.3
"""Windows after which the answer has come, byte by byte."""


def table() -> dict[str, str]:
    """The last cell of each row, by its first."""
    section = RUNTIME.read_text(encoding="utf-8").partition("### What a late answer does to a limit\n")[2].partition("\n#")[0]
    rows = [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("| `")]
    return {cells[0]: cells[1] for cells in rows}


def late(headers: dict[str, str]) -> PlannedAnswer:
    """An answer with these headers, each byte of which comes some time after the one before."""
    size = len("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n") + sum(len(name) + len(text) + 4 for name, text in headers.items())
    return PlannedAnswer(status=204, headers=tuple(headers.items()), fault=Fault.DRIP, pause_ms=int(LATE * LOOKS.per_ms / size))


async def ends(sdk: Driven, url: str) -> dict[str, str]:
    """How the call after each late answer ends."""
    found = {}
    async with conversation(sdk) as talk:
        for number, row in enumerate(TOLD, start=1):
            base = f"{url}/~{number}"
            await talk.ask({"configure": {"base_url": base, "timeout_ms": 20_000, "rate_limits": True, "max_wait_ms": 0}})
            first, second = [await talk.ask({"call": {"operation": "look", "path": {}, "query": {}}}) for _ in range(2)]
            assert "returned" in first, first
            raised = second.get("raised")
            found[row] = str(raised["kind"]) if isinstance(raised, dict) else next(iter(second))
    return found


def all_ends(sdks: dict[Language, Driven]) -> dict[Language, dict[str, str]]:
    """Of all languages at once: most of it is waiting."""
    lanes = tuple(Lane(id=number, answers=(late(told), PlannedAnswer(status=204))) for number, told in enumerate(TOLD.values(), start=1))

    async def together(urls: list[str]) -> list[dict[str, str]]:
        return await asyncio.gather(*(ends(sdk, url) for sdk, url in zip(sdks.values(), urls, strict=True)))

    with ExitStack() as stack:
        ports = [stack.enter_context(mock_exchange(*lanes)).port for _ in sdks]
        found = asyncio.run(together([f"http://127.0.0.1:{port}" for port in ports]))
    return dict(zip(sdks, found, strict=True))


def test_every_way_has_its_row() -> None:
    assert table().keys() == TOLD.keys()


def test_a_late_answer_does_to_a_limit_what_the_table_says(sdks_of_the_desk: dict[Language, Driven]) -> None:
    wanted = dict.fromkeys(sdks_of_the_desk, table())
    found = all_ends(sdks_of_the_desk)
    if found != wanted:
        # On a busy machine the next call may come when the window is over that a late answer began.
        found = all_ends(sdks_of_the_desk)
    assert found == wanted
