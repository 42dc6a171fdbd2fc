import http.client
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from certification.sandboxes.mock.__main__ import main
from certification.sandboxes.mock.log import read_log
from certification.sandboxes.mock.plan import Fault, Lane, PlannedAnswer, lane_of, read_plan, write_plan
from tests.simulators.mock_exchange import mock_exchange

HELLO = PlannedAnswer(status=200, headers=(("content-type", "application/json"), ("x-rate", "7")), body=b'{"price": 1.10}')


def raw(port: int, request: bytes, *, pieces: int = 1 << 20) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(pieces):
            answer += piece
        return answer


def test_a_call_gets_its_lanes_answer_and_is_written_down_byte_for_byte() -> None:
    with mock_exchange(Lane(id=3, answers=(HELLO,))) as mock:
        answer = raw(
            mock.port,
            b"POST /base/~3/a%2Fb?x=%20+&&y HTTP/1.1\r\nHost: h\r\nX-Twice: 1\r\nx-twice:  2 \r\nContent-Length: 3\r\n\r\n\x00\xffz",
        )
    assert answer.startswith(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-rate: 7\r\ncontent-length: 15\r\n")
    assert answer.endswith(b'\r\n\r\n{"price": 1.10}')
    (arrival,) = mock.arrivals
    assert (arrival.lane, arrival.method, arrival.target) == (3, "POST", "/base/~3/a%2Fb?x=%20+&&y")
    assert arrival.headers == (("Host", "h"), ("X-Twice", "1"), ("x-twice", "2"), ("Content-Length", "3"))
    assert arrival.body == b"\x00\xffz"
    assert arrival.header("X-TWICE") == "1"
    assert arrival.header("absent") is None


def test_answers_of_a_lane_come_in_order_and_the_last_one_stays() -> None:
    lane = Lane(id=1, answers=(PlannedAnswer(status=201), PlannedAnswer(status=503)))
    with mock_exchange(lane) as mock:
        connection = http.client.HTTPConnection("127.0.0.1", mock.port, timeout=5)
        statuses = []
        for _ in range(3):
            connection.request("GET", "/~1/x")
            with connection.getresponse() as response:
                statuses.append(response.status)
                response.read()
        connection.close()
    assert statuses == [201, 503, 503]


def test_a_request_outside_every_lane_is_answered_and_written_down() -> None:
    with mock_exchange(Lane(id=1, answers=(HELLO,))) as mock:
        assert raw(mock.port, b"GET /~9/x HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 404 ")
    assert [arrival.lane for arrival in mock.arrivals] == [None]


def test_a_chunked_body_arrives_whole() -> None:
    with mock_exchange(Lane(id=1, answers=(HELLO,))) as mock:
        raw(mock.port, b"PUT /~1/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n")
    assert mock.arrivals[0].body == b"abcde"


def test_a_caller_that_waits_for_leave_gets_it() -> None:
    with mock_exchange(Lane(id=1, answers=(HELLO,))) as mock:
        answer = raw(mock.port, b"PUT /~1/x HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nz")
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


def test_an_answer_can_come_in_chunks_and_connections_are_counted() -> None:
    with mock_exchange(Lane(id=1, answers=(PlannedAnswer(status=200, body=b"abcdefg", chunked=True),))) as mock:
        answer = raw(mock.port, b"GET /~1/x HTTP/1.1\r\n\r\nGET /~1/y HTTP/1.1\r\n\r\n")
        raw(mock.port, b"GET /~1/z HTTP/1.1\r\n\r\n")
    assert answer.count(b"transfer-encoding: chunked\r\n") == 2
    assert answer.endswith(b"\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n1\r\ng\r\n0\r\n\r\n")
    assert [(arrival.target, arrival.connection) for arrival in mock.arrivals] == [("/~1/x", 1), ("/~1/y", 1), ("/~1/z", 2)]


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_a_body_has_no_length(status: int) -> None:
    with mock_exchange(Lane(id=1, answers=(PlannedAnswer(status=status, body=b"x"),))) as mock:
        answer = raw(mock.port, b"GET /~1/x HTTP/1.1\r\n\r\n")
    assert b"content-length" not in answer
    assert answer.endswith(b"\r\n\r\n")


def test_a_status_without_a_name_is_sent_all_the_same() -> None:
    with mock_exchange(Lane(id=1, answers=(PlannedAnswer(status=599),))) as mock:
        assert raw(mock.port, b"GET /~1/x HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 599 Unnamed\r\n")


def test_a_head_request_gets_the_length_and_no_body() -> None:
    with mock_exchange(Lane(id=1, answers=(HELLO,))) as mock:
        answer = raw(mock.port, b"HEAD /~1/x HTTP/1.0\r\n\r\n")
    assert b"content-length: 15\r\nconnection: close\r\n" in answer
    assert answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    "request_bytes",
    [
        pytest.param(b"hello\r\n\r\n", id="no request line"),
        pytest.param(b"GET / HTTP/1.1\r\nno colon\r\n\r\n", id="no header"),
        pytest.param(b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", id="bad length"),
        pytest.param(b"GET / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", id="huge length"),
        pytest.param(b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", id="bad chunk"),
        pytest.param(b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n", id="huge chunk"),
        pytest.param(b"GET / HTTP/1.1\r\n" + b"a: " + b"b" * (300 * 1024) + b"\r\n\r\n", id="endless line"),
        pytest.param(b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * (60 * 1024) + b"\r\n", id="endless head"),
    ],
)
def test_what_is_no_request_is_refused_and_the_server_lives_on(request_bytes: bytes) -> None:
    with mock_exchange(Lane(id=1, answers=(HELLO,))) as mock:
        try:
            answer = raw(mock.port, request_bytes)
        except ConnectionError:
            answer = b"HTTP/1.1 400 "  # the server closed before it had read all: as good as a refusal
        assert answer.startswith(b"HTTP/1.1 400 ")
        assert raw(mock.port, b"GET /~1/x HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 200 ")


def with_fault(fault: Fault, pause_ms: int = 0) -> Lane:
    return Lane(id=1, answers=(PlannedAnswer(status=200, body=b"0123456789", fault=fault, pause_ms=pause_ms),))


def test_a_reset_is_a_reset() -> None:
    with mock_exchange(with_fault(Fault.RESET)) as mock, socket.create_connection(("127.0.0.1", mock.port), timeout=5) as connection:
        connection.sendall(b"GET /~1/x HTTP/1.1\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            connection.recv(1)
    assert len(mock.arrivals) == 1


def test_a_close_gives_no_byte() -> None:
    with mock_exchange(with_fault(Fault.CLOSE)) as mock:
        assert raw(mock.port, b"GET /~1/x HTTP/1.1\r\n\r\n") == b""


def test_silence_lasts_until_the_caller_gives_up() -> None:
    with mock_exchange(with_fault(Fault.SILENCE)) as mock, socket.create_connection(("127.0.0.1", mock.port), timeout=0.1) as connection:
        connection.sendall(b"GET /~1/x HTTP/1.1\r\n\r\n")
        with pytest.raises(TimeoutError):
            connection.recv(1)


def test_a_cut_answer_promises_more_than_it_gives() -> None:
    with mock_exchange(with_fault(Fault.CUT)) as mock:
        answer = raw(mock.port, b"GET /~1/x HTTP/1.1\r\n\r\n")
    assert b"content-length: 10\r\n" in answer
    assert answer.endswith(b"\r\n\r\n01234")


def test_a_drip_gives_the_whole_answer_in_the_end() -> None:
    with mock_exchange(with_fault(Fault.DRIP, pause_ms=1)) as mock:
        assert raw(mock.port, b"GET /~1/x HTTP/1.1\r\n\r\n").endswith(b"\r\n\r\n0123456789")


def test_a_caller_that_leaves_in_the_middle_does_no_harm() -> None:
    with mock_exchange(with_fault(Fault.DRIP, pause_ms=1)) as mock:
        with socket.create_connection(("127.0.0.1", mock.port)) as connection:
            connection.sendall(b"PUT /~1/x HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc")
        assert raw(mock.port, b"GET /~1/x HTTP/1.1\r\n\r\n").endswith(b"0123456789")


@pytest.mark.parametrize(
    ("target", "lane"),
    [("/~1", 1), ("/~12/orders", 12), ("/api/~7?x=/~8", 7), ("/~1a/x", None), ("/orders/~", None), ("/", None)],
)
def test_a_target_belongs_to_the_first_lane_it_names(target: str, lane: int | None) -> None:
    assert lane_of(target) == lane


def test_a_plan_reads_back_as_it_was_written() -> None:
    lanes = (Lane(id=1, answers=(HELLO,)), Lane(id=2, answers=(PlannedAnswer(status=204),)))
    assert read_plan(write_plan(lanes)) == {lane.id: lane for lane in lanes}
    assert lanes[0].path == "/~1"


@pytest.mark.parametrize("content", [b"{}", b"nonsense", b'{"lane": 1, "answers": []}', b'{"lane": 1, "answers": [{}]}', b"[]"])
def test_what_is_no_plan_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_plan(content)


def test_a_log_whose_writer_was_killed_loses_only_its_last_line() -> None:
    with mock_exchange(Lane(id=1, answers=(HELLO,))) as mock:
        raw(mock.port, b"GET /~1/x HTTP/1.1\r\n\r\n")
    whole = mock.log.getvalue()
    assert read_log(whole + whole[:-5]) == mock.arrivals


def start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "certification.sandboxes.mock", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_the_program_serves_a_plan_until_told_to_stop(tmp_path: Path) -> None:
    plan, log = tmp_path / "plan.jsonl", tmp_path / "log.jsonl"
    plan.write_bytes(write_plan((Lane(id=1, answers=(HELLO,)),)))
    with start("--plan", str(plan), "--log", str(log), "--port", "0") as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        answer = raw(int(line.rpartition(":")[2]), b"GET /~1/x HTTP/1.1\r\n\r\n")
        process.terminate()
        assert process.wait(timeout=10) == 0
    assert line.startswith("mock exchange: 1 lanes at http://127.0.0.1:")
    assert answer.endswith(b'{"price": 1.10}')
    assert [arrival.target for arrival in read_log(log.read_bytes())] == ["/~1/x"]


@pytest.mark.parametrize("content", [None, "nonsense"], ids=["absent", "no plan"])
def test_the_program_says_in_one_line_what_is_wrong_with_its_plan(
    content: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (tmp_path / "plan").write_text(content)
    assert main(["--plan", str(tmp_path / "plan"), "--log", str(tmp_path / "log"), "--port", "0"]) == 2
    errors = capsys.readouterr().err
    assert errors.count("\n") == 1
    assert errors.endswith("check --plan, --log and --port\n")


@pytest.mark.parametrize(("limit", "most"), [("_MOST_OF_A_LANE", 2), ("_MOST_BYTES", 260)])
def test_who_floods_a_lane_is_answered_and_fills_no_log(monkeypatch: pytest.MonkeyPatch, limit: str, most: int) -> None:
    monkeypatch.setattr(f"certification.sandboxes.mock.server.{limit}", most)
    request = b"GET /~1/x HTTP/1.1\r\nHost: h\r\n\r\n"
    with mock_exchange(Lane(id=1, answers=(HELLO,)), Lane(id=2, answers=(HELLO,))) as mock:
        assert raw(mock.port, request * 5).count(b'"price"') == 5
        assert b'"price"' in raw(mock.port, request.replace(b"~1", b"~2"))
    assert [arrival.lane for arrival in mock.arrivals] == ([1, 1, 2] if limit == "_MOST_OF_A_LANE" else [1, 1])
