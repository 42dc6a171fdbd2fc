"""The relay passes calls and messages on as they are, but for the trouble that it was told to make."""

from __future__ import annotations

import contextlib
import http.client
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import connect
from websockets.sync.server import ServerConnection

from certification.sandboxes.mock.cases import Cases
from certification.sandboxes.mock.plan import Lane, PlannedAnswer
from certification.sandboxes.mock.relay import Relay, main
from certification.sandboxes.mock.trouble import PING, PONG, Case, Passage, RelayPlan, Trouble, read_relay_plan, write_relay_plan
from tests.simulators.mock_exchange import RunningMock, RunningRelay, mock_exchange, relay
from tests.simulators.stream_server import stream_server

_BODY = b'{"order_id": 9007199254740993}'
_ANSWER = PlannedAnswer(status=201, headers=(("content-type", "application/json"),), body=_BODY)


@pytest.fixture
def sandbox() -> Iterator[RunningMock]:
    with mock_exchange(Lane(id=1, answers=(_ANSWER,))) as mock:
        yield mock


def _plan(sandbox: RunningMock, *troubles: Trouble, retry_after_s: int = 1) -> RelayPlan:
    case = Case(marker="49999.9", troubles=troubles, retry_after_s=retry_after_s)
    return RelayPlan(target=f"http://127.0.0.1:{sandbox.port}", calls=(case,))


def _place(running: RunningRelay, price: str = "49999.9") -> tuple[int, bytes, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=5)
    try:
        connection.request("POST", "/~1/orders?x=%2F", body=f'{{"price":"{price}"}}', headers={"X-Signature": "s"})
        with connection.getresponse() as answer:
            return answer.status, answer.read(), answer.headers
    finally:
        connection.close()


def test_a_call_arrives_as_it_was_sent_and_its_answer_comes_as_it_was_given(sandbox: RunningMock) -> None:
    with relay(_plan(sandbox)) as running:
        status, body, _ = _place(running)
    assert (status, body) == (201, _BODY)
    (arrival,) = sandbox.arrivals
    assert (arrival.method, arrival.target, arrival.body) == ("POST", "/~1/orders?x=%2F", b'{"price":"49999.9"}')
    assert (arrival.header("x-signature"), arrival.header("host")) == ("s", f"127.0.0.1:{sandbox.port}")


def test_who_floods_the_relay_is_passed_on_and_fills_no_log(sandbox: RunningMock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("certification.sandboxes.mock.relay._MOST_LINES", 2)
    with relay(_plan(sandbox)) as running:
        assert [_place(running)[0] for _ in range(3)] == [201] * 3
        running.settle()
    assert len(running.passages) == 2


@pytest.mark.parametrize(
    ("trouble", "status", "arrivals"),
    [(Trouble.BAD_GATEWAY, 502, 1), (Trouble.UNAVAILABLE, 503, 0), (Trouble.THROTTLED, 429, 0)],
)
def test_a_page_of_trouble_comes_instead_of_the_answer(sandbox: RunningMock, trouble: Trouble, status: int, arrivals: int) -> None:
    with relay(_plan(sandbox, trouble, retry_after_s=7)) as running:
        got, body, headers = _place(running)
        assert (got, body.startswith(b"<!DOCTYPE html>")) == (status, True)
        assert headers.get("retry-after") == ("7" if trouble is Trouble.THROTTLED else None)
        assert len(sandbox.arrivals) == arrivals
        assert _place(running)[0] == 201, "the second call meets no trouble"
    assert [(passage.trouble, passage.status) for passage in running.passages] == [
        (trouble, 201 if arrivals else None),
        (Trouble.NONE, 201),
    ]
    assert running.passages[0].at_ms <= running.passages[1].at_ms


@pytest.mark.parametrize(("trouble", "arrivals"), [(Trouble.DROPPED, 0), (Trouble.LOST_ANSWER, 1)])
def test_a_reset_comes_before_or_after_the_sandbox_saw_the_call(sandbox: RunningMock, trouble: Trouble, arrivals: int) -> None:
    with relay(_plan(sandbox, trouble)) as running, pytest.raises(ConnectionError):
        _place(running)
    assert len(sandbox.arrivals) == arrivals


def test_an_answer_can_be_cut_or_broken(sandbox: RunningMock) -> None:
    with relay(_plan(sandbox, Trouble.CUT_ANSWER, Trouble.BROKEN_ANSWER)) as running:
        with pytest.raises((http.client.IncompleteRead, http.client.RemoteDisconnected, http.client.BadStatusLine)):
            _place(running)
        assert _place(running)[1] == _BODY[: len(_BODY) // 2]
    assert len(sandbox.arrivals) == 2


@pytest.mark.parametrize("trouble", [Trouble.NONE, Trouble.DRIPPED, Trouble.HINTED])
def test_a_whole_answer_leaves_the_connection_open(sandbox: RunningMock, trouble: Trouble) -> None:
    asked = b"POST /~1/orders?price=49999.9 HTTP/1.1\r\ncontent-length: 0\r\n\r\n"
    with relay(_plan(sandbox, trouble)) as running, socket.create_connection(("127.0.0.1", running.port), timeout=5) as connection:
        for again in (False, True):
            connection.sendall(asked)
            heard = b""
            while _BODY not in heard:
                heard += connection.recv(4096)
            assert (b" 103 " in heard, b"connection:" in heard.lower()) == (trouble is Trouble.HINTED and not again, False)
    assert len(sandbox.arrivals) == 2


def _heard(running: RunningRelay, *, gives_up_after: float = 5) -> bytes:
    """Everything that comes, until the connection ends or patience does."""
    heard = b""
    with socket.create_connection(("127.0.0.1", running.port), timeout=gives_up_after) as connection:
        connection.sendall(b"POST /~1/orders?price=49999.9 HTTP/1.1\r\ncontent-length: 0\r\n\r\n")
        with contextlib.suppress(TimeoutError, ConnectionError):
            while more := connection.recv(4096):
                heard += more
    return heard


def test_an_answer_can_come_twice_or_be_followed_by_the_end_of_the_connection(sandbox: RunningMock) -> None:
    with relay(_plan(sandbox, Trouble.DOUBLED_ANSWER, Trouble.STALE)) as running:
        assert _heard(running, gives_up_after=1.5).count(_BODY) == 2
        assert _heard(running).endswith(_BODY)
    assert len(sandbox.arrivals) == 2


@pytest.mark.parametrize(
    ("trouble", "begins", "ends"),
    [
        (Trouble.RESET_ANSWER, b"HTTP/1.1 201 ", False),
        (Trouble.ENDLESS, b"HTTP/1.1", False),
        (Trouble.PAGE, b"HTTP/1.1 200 ", True),
        (Trouble.GARBLED, b"\x16\x03\x01", True),
    ],
)
def test_an_answer_can_be_no_answer(sandbox: RunningMock, trouble: Trouble, begins: bytes, ends: bool) -> None:
    with relay(_plan(sandbox, trouble)) as running:
        heard = _heard(running, gives_up_after=1.5)
    assert heard.startswith(begins)
    assert _BODY not in heard
    assert heard.endswith(b"\n") is ends
    assert len(sandbox.arrivals) == 1


@pytest.mark.parametrize(("trouble", "arrivals"), [(Trouble.SWALLOWED, 0), (Trouble.LATE_CALL, 1)])
def test_a_call_can_arrive_never_or_late(sandbox: RunningMock, trouble: Trouble, arrivals: int) -> None:
    with relay(_plan(sandbox, trouble)) as running:
        assert _heard(running, gives_up_after=1) == b""
        running.settle()
    assert len(sandbox.arrivals) == arrivals


def test_a_slow_answer_comes_never(sandbox: RunningMock) -> None:
    with (
        relay(_plan(sandbox, Trouble.SLOW_ANSWER)) as running,
        socket.create_connection(("127.0.0.1", running.port), timeout=1) as connection,
    ):
        connection.sendall(b"POST /~1/orders?price=49999.9 HTTP/1.1\r\ncontent-length: 0\r\n\r\n")
        with pytest.raises(TimeoutError):
            connection.recv(1)
    assert len(sandbox.arrivals) == 1


def test_a_name_means_the_addresses_that_were_given_and_no_others(sandbox: RunningMock) -> None:
    plan = RelayPlan(target=f"http://no-such-name.invalid:{sandbox.port}", addresses=("127.0.0.1",))
    with relay(plan) as running:
        assert _place(running)[0] == 201
    assert sandbox.arrivals[0].header("host") == f"no-such-name.invalid:{sandbox.port}"


def test_only_calls_that_hold_the_marker_by_itself_are_meant(sandbox: RunningMock) -> None:
    with relay(_plan(sandbox, Trouble.UNAVAILABLE)) as running:
        assert [_place(running, price)[0] for price in ("149999.9", "49999.95", "49999.9")] == [201, 201, 503]


@pytest.mark.parametrize(
    ("marker", "text", "meant"),
    [
        ("49999", '{"price":"49999","t":1700049999123}', True),
        ("49999.80", '["49999.8","1"]', True),
        ("49999.80", "price=49999.80&x=1", True),
        ("49999", '{"price":"49998","t":1700049999123}', False),
    ],
)
def test_a_number_is_the_same_however_it_is_written(marker: str, text: str, meant: bool) -> None:
    case = Case(marker=marker, troubles=(Trouble.GAP,))
    cases = Cases((case, Case(marker="7", troubles=())))
    assert cases.next(text) == ((case, Trouble.GAP) if meant else (None, Trouble.NONE))
    assert cases.next(text) == ((case if meant else None), Trouble.NONE)


def _tell(connection: ServerConnection) -> None:
    connection.send("hello " + str(connection.recv()))
    for number in range(1, 6):
        connection.send(f"price {number}.5")
    connection.send(b"\x00\x01")
    connection.send("x" * 70_000)
    connection.recv()


@pytest.mark.parametrize(
    ("trouble", "heard"),
    [
        (Trouble.NONE, ["1.5", "2.5", "3.5", "4.5", "5.5"]),
        (Trouble.GAP, ["1.5", "3.5", "4.5", "5.5"]),
        (Trouble.TWICE, ["1.5", "2.5", "2.5", "3.5", "4.5", "5.5"]),
        (Trouble.SWAPPED, ["1.5", "3.5", "2.5", "4.5", "5.5"]),
    ],
)
def test_one_message_meets_the_trouble_and_the_others_none(trouble: Trouble, heard: list[str]) -> None:
    cases = (Case(marker="2.5", troubles=(trouble,)),)
    with (
        stream_server(_tell) as target,
        relay(RelayPlan(target=target, messages=cases)) as running,
        connect(f"ws://127.0.0.1:{running.port}/", compression="deflate") as client,
    ):
        client.send("you")
        assert client.recv(timeout=5) == "hello you"
        assert [str(client.recv(timeout=5)).removeprefix("price ") for _ in heard] == heard
        assert client.recv(timeout=5) == b"\x00\x01"
        assert len(client.recv(timeout=5)) == 70_000
        client.send("done")
    assert [(passage.marker, passage.trouble, passage.status) for passage in running.passages] == [("2.5", trouble, None)]


def test_a_client_is_pinged_once_and_its_answer_goes_no_further() -> None:
    with (
        stream_server(_tell) as target,
        relay(RelayPlan(target=target, pings=True)) as running,
        connect(f"ws://127.0.0.1:{running.port}/", compression=None) as client,
    ):
        client.send("you")
        assert [client.recv(timeout=5) for _ in range(2)] == ["hello you", "price 1.5"]
        client.send("done")
    assert [passage.marker for passage in running.passages] == [PING, PONG]


def test_a_cut_stream_ends_without_a_farewell() -> None:
    cases = (Case(marker="2.5", troubles=(Trouble.CUT_STREAM,)),)
    with (
        stream_server(_tell) as target,
        relay(RelayPlan(target=target, messages=cases)) as running,
        connect(f"ws://127.0.0.1:{running.port}/", compression=None) as client,
    ):
        client.send("you")
        assert [client.recv(timeout=5) for _ in range(2)] == ["hello you", "price 1.5"]
        with pytest.raises(ConnectionClosedError):
            client.recv(timeout=5)


def test_a_plan_survives_its_file(sandbox: RunningMock) -> None:
    plan = _plan(sandbox, Trouble.GAP, Trouble.THROTTLED, retry_after_s=3)
    assert read_relay_plan(write_relay_plan(plan)) == plan


@pytest.mark.parametrize("content", [b"{", b"{}", b'{"target": "http://h", "calls": [{}], "messages": []}', b"[]"])
def test_a_plan_that_is_none_is_refused(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "plan.json").write_bytes(content)
    assert main(["--plan", str(tmp_path / "plan.json"), "--log", str(tmp_path / "log"), "--port", "0"]) == 2
    assert "check --plan, --log and --port" in capsys.readouterr().err


@pytest.mark.parametrize("target", ["ftp://127.0.0.1", "nothing", "http://"])
def test_a_target_that_is_no_address_is_refused(target: str, tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log, pytest.raises(ValueError, match="no HTTP address"):
        Relay(RelayPlan(target=target), log)


def test_the_program_relays_until_it_is_told_to_stop(sandbox: RunningMock, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_bytes(write_relay_plan(_plan(sandbox, Trouble.UNAVAILABLE)))
    command = (sys.executable, "-m", "certification.sandboxes.mock.relay", "--plan", "plan.json", "--log", "log.jsonl", "--port", "0")
    root = Path(__file__).parents[4]
    with subprocess.Popen(command, cwd=tmp_path, env={"PYTHONPATH": str(root)}, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(b"GET /~1/x?price=49999.9 HTTP/1.1\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 503 ")
        process.terminate()
        assert process.wait(timeout=5) == 0
    assert b'"trouble":"unavailable"' in (tmp_path / "log.jsonl").read_bytes()


def test_a_passage_is_what_was_written(sandbox: RunningMock) -> None:
    with relay(_plan(sandbox, Trouble.LOST_ANSWER)) as running, pytest.raises(ConnectionError):
        _place(running)
    (passage,) = running.passages
    assert passage == Passage(marker="49999.9", trouble=Trouble.LOST_ANSWER, at_ms=passage.at_ms, status=201)
