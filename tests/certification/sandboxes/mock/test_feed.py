"""The mock exchange's stream, where no library's client would go."""

from __future__ import annotations

import asyncio
import io
import json
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from certification.sandboxes.mock.feed import Feed, main
from certification.sandboxes.mock.feed_plan import (
    Confirmation,
    FeedEvent,
    FeedPlan,
    FrameKind,
    PlannedFrame,
    Wrapping,
    read_feed,
    read_lines,
    write_feed,
)

PLAN = FeedPlan(
    names=("BTC",),
    first=(PlannedFrame(FrameKind.TEXT, '{"n":1.10}'), PlannedFrame(FrameKind.PARTS, "x" * 200), PlannedFrame(FrameKind.PING, "p")),
    again=(PlannedFrame(FrameKind.TEXT, "y" * 70_000),),
    confirmations=(Confirmation((((("op",), ('"sub"',)),)), '{"event":"ok"}', ("ref", "id"), ("about", "id")),),
    wrappings=(Wrapping("/all", "stream", "data"),),
    begin_after_ms=0,
    close_after_ms=0,
)
UPGRADE = "GET {} HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"


def masked(kind: int, payload: bytes) -> bytes:
    size = bytes((0x80 | len(payload),)) if len(payload) < 126 else bytes((0x80 | 126,)) + len(payload).to_bytes(2)
    return bytes((0x80 | kind,)) + size + b"\x01\x02\x03\x04" + bytes(byte ^ (place % 4 + 1) for place, byte in enumerate(payload))


def talk(*connections: tuple[str, tuple[bytes, ...]], plan: FeedPlan = PLAN) -> tuple[list[bytes], list[tuple[int, FeedEvent, str]]]:
    """What came over connections one after the other, each after it said its frames; and the log."""
    log = io.BytesIO()

    async def told() -> list[bytes]:
        server = await Feed(plan, log).serve("127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        answers = []
        for head, frames in connections:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(head.encode() + b"".join(frames))
            answers.append(await asyncio.wait_for(reader.read(-1), 10))
            writer.close()
        server.close()
        return answers

    answers = asyncio.run(told())
    return answers, [(line.connection, line.event, line.text) for line in read_lines(log.getvalue())]


def test_a_subscription_is_confirmed_under_its_id_and_the_stream_breaks_once() -> None:
    asked = masked(1, json.dumps({"op": "sub", "of": "btc", "ref": {"id": 7}}).encode())
    left = (asked, masked(8, b"\x03\xe8"))
    (first, again), log = talk((UPGRADE.format("/ws"), (asked, masked(10, b"p"))), (UPGRADE.format("/ws"), left))
    assert first.startswith(b"HTTP/1.1 101 Switching Protocols\r\n")
    assert b"sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in first
    assert b'{"event": "ok", "about": {"id": 7}}' in first
    assert b'\x81\x0a{"n":1.10}\x01\x64' + b"x" * 100 + b"\x80\x64" + b"x" * 100 + b"\x89\x01p" in first
    assert b"\x88\x02\x03\xe8" in again
    opened, said, subscribed, pong, broken = (entry for entry in log if entry[0] == 1)
    assert opened == (1, FeedEvent.OPENED, "/ws")
    assert said[1:] == (FeedEvent.SAID, '{"op": "sub", "of": "btc", "ref": {"id": 7}}')
    assert (subscribed[1], pong[1:], broken[1]) == (FeedEvent.SUBSCRIBED, (FeedEvent.PONG, "p"), FeedEvent.BROKEN)
    assert [event for number, event, _ in log if number == 2][-1] is FeedEvent.LEFT


def test_who_names_the_stream_in_the_address_hears_it_in_the_envelope_of_that_address() -> None:
    (first,), log = talk((UPGRADE.format("/v%31/all?of=bt%63"), (masked(9, b"q"), masked(10, b"p"))))
    assert b'{"stream":"BTC","data":{"n":1.10}}' in first
    assert b"\x8a\x01q" in first
    assert log[0] == (1, FeedEvent.OPENED, "/v1/all?of=btc")


@pytest.mark.parametrize(
    ("head", "frames"),
    [
        pytest.param("GET /ws HTTP/1.1\r\nHost: h\r\n\r\n", (), id="no upgrade"),
        pytest.param("nonsense\r\n\r\n", (), id="no request"),
        pytest.param(UPGRADE.format("/ws"), (b"\x81\x01x",), id="no mask"),
        pytest.param(UPGRADE.format("/ws"), (b"\x81\xff" + (1 << 40).to_bytes(8),), id="too long"),
        pytest.param(
            UPGRADE.format("/ws"), (masked(1, b"no JSON"), masked(1, b'{"op": "other"}'), masked(8, b"")), id="nothing to confirm"
        ),
    ],
)
def test_who_talks_nonsense_hears_nothing(head: str, frames: tuple[bytes, ...]) -> None:
    (answer,), log = talk((head, frames))
    assert b"1.10" not in answer
    assert b"ok" not in answer
    assert {event for _, event, _ in log} <= {FeedEvent.OPENED, FeedEvent.SAID, FeedEvent.LEFT}


def test_who_floods_the_stream_is_heard_and_fills_no_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("certification.sandboxes.mock.feed._MOST_LINES", 4)
    frames = (masked(1, b"[" * 60_000), masked(1, b'"btc"'), *(masked(1, b"more") for _ in range(9)), masked(8, b""))
    (answer,), log = talk((UPGRADE.format("/ws"), frames), plan=replace(PLAN, first=PLAN.again, breaks=False, begin_after_ms=0))
    assert answer.startswith(b"HTTP/1.1 101 ")
    assert [(event, len(text)) for _, event, text in log] == [
        (FeedEvent.OPENED, 3),
        (FeedEvent.SAID, 2000),
        (FeedEvent.SAID, 5),
        (FeedEvent.SUBSCRIBED, 0),
    ]


def test_who_never_subscribes_is_let_go_without_a_complaint(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr("certification.sandboxes.mock.feed._PATIENCE_S", 0.01)
    (answer,), log = talk((UPGRADE.format("/ws"), ()))
    assert answer.startswith(b"HTTP/1.1 101 ")
    assert [event for _, event, _ in log] == [FeedEvent.OPENED]
    assert caplog.messages == []


def test_a_plan_comes_back_as_it_was_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert read_feed(write_feed(PLAN)) == PLAN
    with pytest.raises(ValueError, match="the feed's plan lacks 'first'"):
        read_feed(b'{"names": []}')
    (tmp_path / "plan.json").write_text("[]")
    assert main(["--plan", str(tmp_path / "plan.json"), "--log", str(tmp_path / "log"), "--port", "0"]) == 2
    assert "check --plan, --log and --port" in capsys.readouterr().err


def test_it_serves_as_a_program_until_it_is_told_to_stop(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_bytes(write_feed(PLAN))
    argv = [sys.executable, "-m", "certification.sandboxes.mock.feed", "--plan", "plan.json", "--log", "log.jsonl", "--port", "0"]
    root = str(Path(__file__).resolve().parents[4])
    with subprocess.Popen(argv, cwd=tmp_path, env={"PYTHONPATH": root, "PATH": ""}, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline().rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 426")
        server.terminate()
        assert server.wait(timeout=10) == 0
