"""Requests over a stream as a TypeScript client makes them: their ids, the login before them, and what became of one that was given up."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from websockets.exceptions import ConnectionClosed

from tests.simulators.reference_package import reference_package
from tests.simulators.stream_server import stream_server
from tests.simulators.typescript_sdk import Installed

if TYPE_CHECKING:
    from websockets.sync.server import ServerConnection

pytestmark = pytest.mark.toolchain

BEGIN = """
import { connect } from "@openxapi/reference";
import * as codecs from "./node_modules/@openxapi/reference/dist/runtime/codecs.js";
import { Hub } from "./node_modules/@openxapi/reference/dist/runtime/hub.js";
import { object } from "./node_modules/@openxapi/reference/dist/runtime/objects.js";

let onLogin = () => undefined;
class Watched extends WebSocket {
  send(text) {
    super.send(text);
    if (text.includes("login")) onLogin();
  }
}
const keys = { key: "my-key", secret: "my-secret" };
const core = connect({ ...keys, WebSocket: Watched, streamUrl: URL_TEXT, retries: 0, random: () => 0, timeoutMs: 3000 });
const login = { send: '{"op":"login"}', payload: "x", confirmed: [[["ok"], "*"]], refused: [[["no"], "*"]] };
const hub = new Hub(core, { heartbeat: { everyMs: 60000, silenceMs: 60000 }, login });
const channel = { id: "calls", path: "", servers: [], arguments: [], heard: [] };
const message = object(() => [["what", codecs.text, 1], ["meta", codecs.any, 0]]);
const told = object(() => [["told", codecs.text, 1], ["meta", codecs.any, 0]]);
const reply = { name: "Told", codec: told, marks: [] };
const nested = { place: ["meta", "id"], as: "bigint" };
const request = { id: "ask", channel, message, correlation: nested, replies: [{ ...reply, correlation: ["meta", "id"] }] };
const ended = (asked) => asked.then((value) => value.told, (error) => [error.message, error.mayHaveHappened ?? null]);
"""


class Calls:
    """Does with each message as the test's manners say."""

    def __init__(self) -> None:
        self.heard: list[Any] = []

    def __call__(self, connection: ServerConnection) -> None:
        try:
            for text in connection:
                self.heard.append(json.loads(text))
                for said in self.answers(self.heard[-1]):
                    connection.send(json.dumps(said))
        except ConnectionClosed:
            return

    def answers(self, heard: Any) -> list[Any]:
        raise NotImplementedError


def run(installed: Installed, calls: Calls, program: str) -> Any:
    with stream_server(calls) as url:
        return json.loads(installed.node((BEGIN + program).replace("URL_TEXT", json.dumps(url))))


@pytest.fixture(scope="module")
def streaming(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return reference_package(tmp_path_factory.mktemp("typescript") / "reference")


class Swapping(Calls):
    """Answers the first of two after the second."""

    def answers(self, heard: Any) -> list[Any]:
        if len(self.heard) % 2:
            return []
        return [{"told": each["what"], "meta": {"id": each["meta"]["id"]}} for each in self.heard[:-3:-1]]


def test_the_id_goes_to_its_place_and_each_request_gets_the_reply_that_has_it(streaming: Installed) -> None:
    program = """
const first = ended(hub.ask(request, { what: "a", meta: new Map([["x", "y"]]) }));
const both = await Promise.all([first, ended(hub.ask(request, { what: "b" }))]);
await hub.close();
console.log(JSON.stringify(both));
"""
    swapping = Swapping()
    assert run(streaming, swapping, program) == ["a", "b"]
    assert swapping.heard == [{"what": "a", "meta": {"x": "y", "id": 1}}, {"what": "b", "meta": {"id": 2}}]


class OnceNo(Calls):
    """Refuses the first login, and takes those after it."""

    def answers(self, heard: Any) -> list[Any]:
        if heard.get("op") == "login":
            return [{"no": 1, "msg": "not my-key", "sent": "my-key"} if len(self.heard) == 1 else {"ok": 1}]
        return [{"told": heard["what"], "meta": heard["meta"]}]


def test_a_login_that_was_refused_is_tried_again_by_who_needs_it_next(streaming: Installed) -> None:
    program = """
const signed = { ...request, private: true };
const first = await hub.ask(signed, { what: "a" }).catch((error) => error);
const second = await ended(hub.ask(signed, { what: "b" }));
await hub.close();
console.log(JSON.stringify([first.mayHaveHappened, first.message.includes("my-key"), first.body, second]));
"""
    once = OnceNo()
    assert run(streaming, once, program) == [False, False, '{"no":1,"msg":"not ***","sent":"***"}', "b"]
    assert [each.get("op") or each["what"] for each in once.heard] == ["login", "login", "b"]


class Slow(Calls):
    """Confirms a login when something else is said."""

    def answers(self, heard: Any) -> list[Any]:
        if heard.get("op") == "login":
            return []
        return [{"ok": 1}, {"told": heard["what"], "meta": heard["meta"]}]


def test_what_its_caller_gave_up_before_it_was_sent_is_never_sent(streaming: Installed) -> None:
    program = """
const gone = new AbortController();
const given = ended(hub.ask({ ...request, private: true }, { what: "given up" }, {}, { signal: gone.signal }));
onLogin = () => setTimeout(() => gone.abort(new Error("mine")), 1);
const first = await given;
const second = await ended(hub.ask(request, { what: "b" }));
const third = await ended(hub.ask({ ...request, private: true }, { what: "c" }));
await hub.close();
console.log(JSON.stringify([first, second, third]));
"""
    slow = Slow()
    assert run(streaming, slow, program) == [["mine", None], "b", "c"]
    assert [each.get("op") or each["what"] for each in slow.heard] == ["login", "b", "c"]


class Chatting(Calls):
    """Says something else before its replies, which have no id."""

    def answers(self, heard: Any) -> list[Any]:
        return [{"price": "1"}, {"told": heard["what"]}]


def test_a_reply_that_no_id_tells_fits_its_type(streaming: Installed) -> None:
    program = """
const { correlation, ...plain } = { ...request, replies: [reply] };
const answer = await ended(hub.ask(plain, { what: "a" }));
await hub.close();
console.log(JSON.stringify([answer]));
"""
    assert run(streaming, Chatting(), program) == ["a"]


class Choosy(Calls):
    """Answers the second question alone, without an id."""

    def answers(self, heard: Any) -> list[Any]:
        return [{"told": heard["what"]}] if heard["what"] == "b" else []


def test_who_gave_up_takes_no_reply_from_the_next(streaming: Installed) -> None:
    program = """
const { correlation, ...plain } = { ...request, replies: [reply] };
const gone = new AbortController();
const first = ended(hub.ask(plain, { what: "a" }, {}, { signal: gone.signal }));
setTimeout(() => gone.abort(new Error("mine")), 50);
const given = await first;
const answer = await ended(hub.ask(plain, { what: "b" }));
await hub.close();
console.log(JSON.stringify([given, answer]));
"""
    assert run(streaming, Choosy(), program)[1] == "b"
