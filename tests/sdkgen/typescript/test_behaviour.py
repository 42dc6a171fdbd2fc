"""What a client does beyond one request: retries, limits, clock, errors in the exchange's words, paging, hooks, raw requests."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sdkgen.api.load import load
from sdkgen.behaviour import Behaviour, Clock, Pagination, Paging, RateLimit
from sdkgen.refusal import Errors, Refusal
from sdkgen.signing.recipe import Algorithm, Carrier, Part, Placement, Recipe, TimestampFormat, Value
from sdkgen.source import SdkOptions
from sdkgen.typescript.emit import emit
from tests.simulators.scripted_server import Scripted, ScriptedServer
from tests.simulators.typescript_sdk import Harness, Installed, compiled, harness, readme_programs

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.toolchain

BEHAVIOUR = Behaviour(
    errors=Errors(
        success={"code": ("0", "00000")},
        code=("detail[].s_code", "header.x-code", "code"),
        message=("detail[].s_text",),
        codes={
            "17": Refusal.CLOCK,
            "18": Refusal.RATE_LIMIT,
            "19": Refusal.UNAVAILABLE,
            "20": Refusal.UNKNOWN_OUTCOME,
            "21": Refusal.DUPLICATE_ORDER,
            "22": Refusal.INSUFFICIENT_FUNDS,
            "23": Refusal.PERMISSION,
            "24": Refusal.MARKET_CLOSED,
        },
    ),
    limits=(
        RateLimit(name="all", requests=100, per_ms=300, weights={"heavy": 60}, used_header="X-Used"),
        RateLimit(
            name="orders", requests=2, per_ms=300, signed_only=True, remaining_header="X-Left", reset_header="X-Reset", reset_unit_ms=1
        ),
    ),
    clock=Clock(operation="getTime", place="server_time", format=TimestampFormat.SECONDS),
    paging={
        "listByCursor": Pagination(kind=Paging.CURSOR, argument="query.after.this", items="data.items", next="next_one"),
        "listByHeader": Pagination(kind=Paging.CURSOR, argument="query.cursor", items="", next="header.X-Next"),
        "listByPage": Pagination(kind=Paging.PAGE, argument="query.page", items="items"),
        "listByOffset": Pagination(kind=Paging.OFFSET, argument="body.window.start_at", items="found.list", first=5),
        "listByLast": Pagination(kind=Paging.LAST, argument="query.from_id", items="", next="id", step=1),
    },
    repeatable=("refresh",),
    order_ids={"placeOrder": "body.client_order_id"},
)
RECIPE = Recipe(
    algorithm=Algorithm.HMAC_SHA256,
    placements=(
        Placement(carrier=Carrier.HEADER, name="X-Key", value=Value.KEY),
        Placement(carrier=Carrier.QUERY, name="at", value=Value.TIMESTAMP),
        Placement(carrier=Carrier.BODY, name="at", value=Value.TIMESTAMP),
        Placement(carrier=Carrier.HEADER, name="X-Sign", value=Value.SIGNATURE),
    ),
    payload=(Part(value=Value.PATH), Part(value=Value.QUERY), Part(value=Value.BODY)),
)
OPTIONS = SdkOptions(package="manners", version="1.0.0", exchange_id="manners", exchange_name="Manners", recipe=RECIPE, behaviour=BEHAVIOUR)

ORDER = {"price": "PRICE"}
NAMED = {"price": "PRICE", "client_order_id": "mine"}


@pytest.fixture(scope="module")
def polite(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    api = load((Path(__file__).parent / "manners.yaml").read_bytes())
    return compiled(emit(api, OPTIONS), tmp_path_factory.mktemp("typescript") / "manners")


@pytest.fixture(scope="module")
def conversing(polite: Installed) -> Iterator[Harness]:
    with harness(polite) as started:
        yield started


@pytest.fixture
def client(conversing: Harness, server: ScriptedServer) -> Harness:
    configure(conversing, server)
    return conversing


def configure(running: Harness, server: ScriptedServer, **changes: object) -> None:
    given = {"base_url": server.url, "key": "the-key", "secret": "the-secret", "timeout_ms": 5000, "now_ms": 1_000_000, "hooks": True}
    assert running.ask({"id": 1, "configure": {**given, "retries": 2, "seed": 3, "max_wait_ms": 5000, **changes}})["configured"] == {}


def ask(running: Harness, verb: str, **members: Any) -> dict[str, Any]:
    line = json.dumps({"id": 7, verb: members}).replace('"PRICE"', "1.10")
    answer = running.ask(line)
    assert answer.pop("id") == 7
    return dict(answer)


def call(running: Harness, operation: str, **arguments: Any) -> dict[str, Any]:
    return ask(running, "call", operation=operation, **arguments)


def answer(document: object, status: int = 200, /, **headers: str) -> Scripted:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Scripted(status=status, body=json.dumps(document).encode(), headers=(("Content-Type", "application/json"), *named))


FAILED = answer({"code": "99"}, 503)
HANGS = Scripted(hangs=True)
CUT = Scripted(body=None)
OVERLOADED = answer({"code": "19"}, 400)


def test_a_get_is_tried_again_whatever_became_of_it(client: Harness, server: ScriptedServer) -> None:
    server.coming = [FAILED, CUT]
    server.answer = answer([{"id": 1}])
    assert call(client, "listByLast")["returned"]["value"] == [{"id": 1}]
    assert len(server.asked) == 3


def test_three_attempts_are_the_end(client: Harness, server: ScriptedServer) -> None:
    server.answer = FAILED
    raised = call(client, "listByLast")["raised"]
    assert (raised["kind"], raised["attempts"], raised["may_have_happened"]) == ("server", 3, True)
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("failure", "kind"),
    [pytest.param(FAILED, "server", id="503"), pytest.param(HANGS, "timeout", id="silence"), pytest.param(CUT, "transport", id="cut off"),
     pytest.param(answer({"code": "20"}, 400), "bad_request", id="the exchange does not know")],
)  # fmt: skip
def test_an_order_without_an_id_is_never_sent_twice(client: Harness, server: ScriptedServer, failure: Scripted, kind: str) -> None:
    configure(client, server, timeout_ms=150 if failure.hangs else 5000)
    server.answer = failure
    raised = call(client, "placeOrder", body=ORDER)["raised"]
    assert (raised["kind"], raised["attempts"], raised["may_have_happened"]) == (kind, 1, True)
    assert len(server.asked) == 1


def test_an_order_with_an_id_is_sent_again(client: Harness, server: ScriptedServer) -> None:
    server.coming = [FAILED]
    server.answer = answer({"client_order_id": "mine"})
    assert call(client, "placeOrder", body=NAMED)["returned"]["value"] == {"client_order_id": "mine"}
    assert [asked.body for asked in server.asked] == [server.last.body] * 2


def test_an_order_that_is_a_duplicate_of_itself_stands(client: Harness, server: ScriptedServer) -> None:
    server.coming = [FAILED]
    server.answer = answer({"code": "21"}, 400)
    raised = call(client, "placeOrder", body=NAMED)["raised"]
    assert (raised["refusal"], raised["repeated"], raised["may_have_happened"], raised["attempts"]) == ("duplicate_order", True, True, 2)


def test_an_order_whose_id_somebody_else_used_is_no_repetition(client: Harness, server: ScriptedServer) -> None:
    server.coming = [OVERLOADED]
    server.answer = answer({"code": "21"}, 400)
    raised = call(client, "placeOrder", body=NAMED)["raised"]
    assert (raised["refusal"], raised["repeated"], raised["may_have_happened"], raised["attempts"]) == ("duplicate_order", False, False, 2)


@pytest.mark.parametrize("refused", [OVERLOADED, answer({"code": "18"}, 400), answer({}, 429), answer({}, 418)])
def test_what_was_not_carried_out_is_always_tried_again(client: Harness, server: ScriptedServer, refused: Scripted) -> None:
    server.coming = [refused]
    assert "returned" in call(client, "placeOrder", body=ORDER)
    assert len(server.asked) == 2


def test_where_nobody_listens_nothing_was_sent(client: Harness, server: ScriptedServer) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        configure(client, server, base_url=f"http://127.0.0.1:{free.getsockname()[1]}")
        raised = call(client, "placeOrder", body=ORDER)["raised"]
    assert (raised["kind"], raised["attempts"], raised["may_have_happened"]) == ("transport", 3, False)


def test_what_is_called_repeatable_is_repeated(client: Harness, server: ScriptedServer) -> None:
    server.coming = [FAILED]
    assert "returned" in call(client, "refresh")
    assert call(client, "transfer")["returned"]
    server.coming = [FAILED]
    assert call(client, "transfer")["raised"]["attempts"] == 1


@pytest.mark.parametrize("refused", [answer({"code": "22"}, 400), answer({}, 404), answer("text", 501)])
def test_a_final_answer_is_final(client: Harness, server: ScriptedServer, refused: Scripted) -> None:
    server.answer = refused
    raised = call(client, "heavy")["raised"]
    assert (raised["attempts"], raised["may_have_happened"]) == (1, False)


def test_a_successful_answer_that_does_not_fit_may_have_happened(client: Harness, server: ScriptedServer) -> None:
    server.answer = answer({"price": "no number"})
    raised = call(client, "placeOrder", body=NAMED)["raised"]
    assert (raised["kind"], raised["attempts"], raised["may_have_happened"]) == ("decode", 1, True)


def test_a_wrong_clock_is_corrected_once(client: Harness, server: ScriptedServer) -> None:
    server.coming = [answer({"code": "17"}, 401), answer({"server_time": 5000})]
    told = call(client, "placeOrder", body=ORDER)["told"]
    assert [asked.target.partition("?")[0] for asked in server.asked] == ["/orders", "/time", "/orders"]
    assert ["1000000" in server.asked[0].target, "5000000" in server.last.target] == [True, True]
    assert [each["pause_ms"] for each in told if each["hook"] == "on_retry"] == [0]


def test_a_clock_that_can_not_be_corrected_is_an_error(client: Harness, server: ScriptedServer) -> None:
    server.answer = answer({"code": "17"}, 401)
    raised = call(client, "placeOrder", body=ORDER)["raised"]
    assert (raised["refusal"], raised["attempts"]) == ("clock", 1)
    assert [asked.method for asked in server.asked] == ["POST", "GET"]
    server.coming = [answer({"code": "17"}, 401), answer({"server_time": 5000})]
    assert call(client, "placeOrder", body=ORDER)["raised"]["attempts"] == 2


def test_the_clock_can_be_asked_for(client: Harness, server: ScriptedServer) -> None:
    server.answer = answer({"server_time": 1001})
    assert ask(client, "sync_clock")["synced"] == {"offset_ms": 1000}
    server.answer = answer({"server_time": None})
    assert ask(client, "sync_clock")["raised"]["kind"] == "decode"


@pytest.mark.parametrize(
    ("document", "kind", "refusal"),
    [({"code": "23"}, "permission_denied", "permission"), ({"code": "22"}, "unprocessable", "insufficient_funds"),
     ({"code": "24"}, "bad_request", "market_closed"), ({"code": "5"}, "bad_request", None),
     ({"code": "1", "detail": [{}, {"s_code": "21", "s_text": "used"}]}, "conflict", "duplicate_order")],
)  # fmt: skip
def test_a_success_that_is_none_is_an_error(
    client: Harness, server: ScriptedServer, document: object, kind: str, refusal: str | None
) -> None:
    server.answer = answer(document)
    raised = call(client, "placeOrder", body=ORDER)["raised"]
    assert (raised["kind"], raised["refusal"], raised["status"], raised["attempts"]) == (kind, refusal, 200, 1)


def test_codes_and_words_are_taken_from_where_the_exchange_puts_them(client: Harness, server: ScriptedServer) -> None:
    server.answer = answer({"code": "1", "message": "outer", "detail": [{"s_code": "22", "s_text": "inner"}]}, 400)
    raised = call(client, "heavy")["raised"]
    assert (raised["code"], raised["message"], raised["refusal"]) == ("22", "inner", "insufficient_funds")
    server.answer = answer({"code": "1"}, 400, X_Code="24")
    assert call(client, "heavy")["raised"]["code"] == "24"


def test_an_answer_that_says_it_went_well_went_well(client: Harness, server: ScriptedServer) -> None:
    server.answer = answer({"code": "00000", "price": 1})
    assert call(client, "placeOrder", body=ORDER)["returned"]["value"] == {"code": "00000", "price": 1}


def test_hooks_are_told_of_every_attempt_and_no_secret(client: Harness, server: ScriptedServer) -> None:
    server.coming = [answer({}, 429, Retry_After="0.02")]
    told = call(client, "placeOrder", body=ORDER)["told"]
    assert [(each["hook"], each["attempt"], each["status"], each["error_kind"], each["pause_ms"]) for each in told] == [
        ("on_request", 1, None, None, 0),
        ("on_response", 1, 429, "rate_limit", 0),
        ("on_retry", 1, 429, "rate_limit", 20),
        ("on_request", 2, None, None, 0),
        ("on_response", 2, 200, None, 0),
    ]
    assert {(each["operation"], each["method"], each["path"], each["weight"]) for each in told} == {("placeOrder", "POST", "/orders", 1)}
    assert "the-" not in json.dumps([{**each, "elapsed_ms": 0} for each in told], default=str)


def test_a_hook_is_told_of_an_attempt_without_an_answer(client: Harness, server: ScriptedServer) -> None:
    server.answer = CUT
    told = call(client, "transfer")["told"]
    assert [(each["hook"], each["status"], each["error_kind"]) for each in told] == [
        ("on_request", None, None),
        ("on_response", 200, "transport"),
    ]


def test_a_longer_wait_than_allowed_is_an_error_at_once(client: Harness, server: ScriptedServer) -> None:
    configure(client, server, rate_limits=True)
    server.answer = answer({}, 429, Retry_After="6")
    raised = call(client, "heavy")["raised"]
    assert (raised["kind"], raised["status"], raised["retry_after_ms"], raised["attempts"]) == ("rate_limit", 429, 6000, 1)
    again = call(client, "transfer")["raised"]
    assert (again["kind"], again["status"], again["attempts"], again["may_have_happened"]) == ("rate_limit", None, 0, False)
    assert 5000 < again["retry_after_ms"] <= 6000
    assert len(server.asked) == 1


WAITS = """
import { Client } from "manners";
const times = [];
const onRequest = (info) => times.push([info.operation, performance.now()]);
const client = new Client({ baseUrl: URL_TEXT, key: "k", secret: "s", maxWaitMs: 1_000, retries: 0, onRequest });
const since = (list) => list.map(([name, at]) => [name, at - list[0][1]]);
const transfers = [client.transfers.transfer(), client.transfers.transfer(), client.transfers.transfer()];
await new Promise((resolve) => setTimeout(resolve, 20));
await Promise.all([...transfers, client.time.getTime()]);
const inOrder = since(times.splice(0));
const gone = new AbortController();
const waiting = [client.transfers.transfer(), client.transfers.transfer({}, { signal: gone.signal }), client.transfers.transfer()];
gone.abort(new Error("mine"));
const ended = (await Promise.allSettled(waiting)).map((each) => each.reason?.message ?? each.status);
const many = await Promise.allSettled(Array.from({ length: 12 }, () => client.transfers.transfer()));
const refused = many.filter((each) => each.status === "rejected").map((each) => [each.reason.name, each.reason.attempts]);
const free = new Client({ baseUrl: URL_TEXT, key: "k", secret: "s", rateLimits: false });
await Promise.all(Array.from({ length: 12 }, () => free.transfers.transfer()));
console.log(JSON.stringify({ inOrder, ended, refused }));
"""


def test_calls_wait_in_order_until_their_weight_fits(polite: Installed, server: ScriptedServer) -> None:
    seen = json.loads(polite.node(WAITS.replace("URL_TEXT", json.dumps(server.url))))
    # Calls go in order of arrival: the public one waits behind the third transfer, although it weighs nothing there.
    assert {name for name, at in seen["inOrder"] if at >= 250} == {"getTime", "transfer"}
    assert max(at for name, at in seen["inOrder"] if name == "transfer") >= 250
    assert seen["ended"] == ["fulfilled", "mine", "fulfilled"]
    assert seen["refused"]
    assert {tuple(each) for each in seen["refused"]} == {("ThrottledError", 0)}


@pytest.mark.parametrize(
    ("operation", "told"), [("transfer", {"X_Left": "0", "X_Reset": "200"}), ("transfer", {"X_Used": "100"})], ids=["left", "used"]
)
def test_headers_make_the_count_stricter(client: Harness, server: ScriptedServer, operation: str, told: dict[str, str]) -> None:
    configure(client, server, rate_limits=True, max_wait_ms=100)
    server.answer = answer({}, **told)
    assert "returned" in call(client, operation)
    raised = call(client, operation)["raised"]
    assert (raised["kind"], raised["attempts"]) == ("rate_limit", 0)


def test_a_header_that_says_less_changes_nothing(client: Harness, server: ScriptedServer) -> None:
    configure(client, server, rate_limits=True, max_wait_ms=100)
    server.answer = answer({}, X_Left="50", X_Used="0")
    assert [next(iter(call(client, "transfer"))) for _ in range(3)] == ["returned", "returned", "raised"]


def test_weights_are_those_of_the_operation(client: Harness, server: ScriptedServer) -> None:
    configure(client, server, rate_limits=True, max_wait_ms=100)
    assert "returned" in call(client, "heavy")
    assert call(client, "heavy")["raised"]["kind"] == "rate_limit"
    assert "returned" in call(client, "refresh")


def ids(iterated: dict[str, Any]) -> list[int]:
    return [item["id"] for item in iterated["iterated"]["items"]]


def pages(*found: list[int]) -> list[list[dict[str, int]]]:
    return [[{"id": each} for each in page] for page in found]


@pytest.mark.parametrize("end", [None, "", "b"], ids=["null", "empty", "a loop"])
def test_cursors_are_followed_to_their_end(client: Harness, server: ScriptedServer, end: str | None) -> None:
    cursors = ["a/b", "b", end]
    server.coming = [
        answer({"data": {"items": items}, "next_one": next_one}) for items, next_one in zip(pages([1, 2], [3], [4]), cursors, strict=True)
    ]
    server.answer = answer({"data": {"items": pages([9])[0]}, "next_one": "b"})
    assert ids(ask(client, "iterate", operation="listByCursor")) == [1, 2, 3, 4]
    assert [asked.target for asked in server.asked] == ["/cursor", "/cursor?after.this=a%2Fb", "/cursor?after.this=b"]


def test_a_cursor_may_stand_in_a_header(client: Harness, server: ScriptedServer) -> None:
    server.coming = [answer(page, X_Next=mark) for page, mark in zip(pages([1], [2]), ("7", ""), strict=True)]
    assert ids(ask(client, "iterate", operation="listByHeader", query={"cursor": 5})) == [1, 2]
    assert [asked.target for asked in server.asked] == ["/header?cursor=5", "/header?cursor=7"]
    server.answer = answer(pages([1])[0], X_Next="no number")
    assert ask(client, "iterate", operation="listByHeader")["raised"]["kind"] == "decode"


def test_pages_are_counted(client: Harness, server: ScriptedServer) -> None:
    server.coming = [answer({"items": page}) for page in pages([1, 2], [3], [])]
    assert ids(ask(client, "iterate", operation="listByPage")) == [1, 2, 3]
    assert [asked.target for asked in server.asked] == ["/page?page=1", "/page?page=2", "/page?page=3"]


def test_an_exchange_that_knows_one_page_only_gives_it_twice_at_most(client: Harness, server: ScriptedServer) -> None:
    server.answer = answer({"items": pages([1, 2])[0]})
    assert ids(ask(client, "iterate", operation="listByPage", query={"page": 4})) == [1, 2, 1, 2]
    assert [asked.target for asked in server.asked] == ["/page?page=4", "/page?page=5"]


def test_items_seen_are_counted(client: Harness, server: ScriptedServer) -> None:
    server.coming = [answer({"found": {"list": page}}) for page in (*pages([1, 2], [3]), None)]
    assert ids(ask(client, "iterate", operation="listByOffset", body={"window": {}})) == [1, 2, 3]
    assert [asked.body for asked in server.asked] == [b'{"window":{"start_at":"%d"}}' % at for at in (5, 7, 8)]


def test_the_last_item_says_where_to_go_on(client: Harness, server: ScriptedServer) -> None:
    server.coming = [answer(page) for page in pages([10, 11], [12], [])]
    assert ids(ask(client, "iterate", operation="listByLast")) == [10, 11, 12]
    assert [asked.target for asked in server.asked] == ["/last", "/last?from_id=12", "/last?from_id=13"]


def test_no_page_is_asked_for_that_is_not_used(client: Harness, server: ScriptedServer) -> None:
    server.answer = answer(pages([1, 2])[0])
    assert ids(ask(client, "iterate", operation="listByLast", most=2)) == [1, 2]
    assert len(server.asked) == 1
    assert ask(client, "iterate", operation="listByLast", most=0)["iterated"] == {"items": []}


def test_a_page_that_is_none_is_an_error(client: Harness, server: ScriptedServer) -> None:
    server.answer = answer({"found": {"list": "all of it"}})
    assert ask(client, "iterate", operation="listByOffset")["raised"]["kind"] == "decode"


def test_a_raw_request_is_signed_and_read_exactly(client: Harness, server: ScriptedServer) -> None:
    server.answer = Scripted(body=b'{"n":1.10}', headers=(("X-Extra", "yes"),))
    returned = ask(client, "request", method="GET", path="/new/%20thing", query=[["a b", "c"], ["a b", "d"]], body=None, signed=True)
    assert server.last.target == "/new/%20thing?a%20b=c&a%20b=d&at=1000000"
    assert server.last.headers["x-sign"]
    assert str(returned["returned"]["value"]["n"]) == "1.10"
    assert (returned["returned"]["status"], returned["returned"]["headers"]["x-extra"]) == (200, "yes")
    ask(client, "request", method="POST", path="/new", body={"n": 1}, signed=True)
    assert (server.last.target, server.last.body) == ("/new", b'{"n":1,"at":"1000000"}')
    ask(client, "request", method="POST", path="/new", body={"n": 1}, signed=False)
    assert server.last.body == b'{"n":1}'
    assert "x-sign" not in server.last.headers


def test_a_raw_request_is_tried_again_where_that_is_safe(client: Harness, server: ScriptedServer) -> None:
    server.coming = [FAILED]
    assert "returned" in ask(client, "request", method="GET", path="/x", signed=False)
    server.answer = FAILED
    assert ask(client, "request", method="POST", path="/x", signed=False)["raised"]["attempts"] == 1
    server.answer = answer({"code": "23"})
    assert ask(client, "request", method="GET", path="/x", signed=False)["raised"]["kind"] == "permission_denied"


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "x"), ("GET", "/x?a=1"), ("get", "/x"), ("GET", "/a/../b"), ("TRACE", "/x"), ("GET", "//evil.example/x y")]
)
def test_a_raw_request_that_is_none_is_refused(client: Harness, server: ScriptedServer, method: str, path: str) -> None:
    assert ask(client, "request", method=method, path=path, signed=False)["raised"]["kind"] == "configuration"
    assert server.asked == []


FAILING = """
import { Client } from "manners";
const outcome = async (cause) => {
  let sent = 0;
  const fetch = async () => {
    sent += 1;
    throw new TypeError("fetch failed", { cause });
  };
  const client = new Client({ baseUrl: "http://127.0.0.1", key: "k", secret: "s", random: () => 0, fetch });
  const error = await client.transfers.transfer().catch((reason) => reason);
  return [sent, error.mayHaveHappened];
};
const told = [];
for (const cause of CAUSES) told.push(await outcome(cause));
console.log(JSON.stringify(told));
"""


def test_only_what_certainly_never_left_is_sent_again(polite: Installed) -> None:
    never = [
        {"code": "ECONNREFUSED"},
        {"code": "ENOTFOUND"},
        {"code": "CERT_HAS_EXPIRED"},
        {"code": "EHOSTUNREACH", "syscall": "connect"},
        {"code": "ENETUNREACH", "errors": [{"syscall": "connect"}]},
    ]
    perhaps = [
        {"code": "ECONNRESET"},
        {"code": "EHOSTUNREACH", "syscall": "read"},
        {"code": "EHOSTUNREACH"},
        {"code": "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC"},
        {"code": "ECONNREFUSED_NOT"},
        {},
    ]
    told = json.loads(polite.node(FAILING.replace("CAUSES", json.dumps([*never, *perhaps]))))
    assert told == [[3, False]] * len(never) + [[1, True]] * len(perhaps)


TYPED = """
import { Client, connect, CursorApi, ThrottledError, type AttemptInfo, type Item, type Refusal } from "manners";
const alone = new CursorApi(connect({ onRetry: (info: AttemptInfo) => console.log(info.pauseMs, info.errorKind) }));
for await (const item of alone.iterListByCursor({ afterThis: "a" }, { signal: AbortSignal.timeout(9) })) {
  const one: Item = item;
  const id: bigint = one.id;
}
const client = new Client();
await client.request_.heavy();
const status: number = (await client.request("GET", "/x", { query: { a: "b" } })).status;
const offset: number = await client.syncClock();
const clash: Promise<unknown> = client.iter.iterListByLast();
for await (const item of client.last.iterListByLast_()) void item.id;
const refusal: Refusal = "clock";
const wait: number = new ThrottledError(1, 2).retryAfterMs;
// @ts-expect-error pages have no such argument
client.page.iterListByPage({ cursor: "a" });
"""


def test_the_programs_of_the_readme_compile(polite: Installed) -> None:
    programs = readme_programs(polite)
    assert sum("iterListByCursor" in each for each in programs) == 1
    assert polite.type_errors(TYPED, *programs) == ""


def test_the_readme_says_how_the_exchange_is_treated(polite: Installed) -> None:
    readme = (polite.package / "README.md").read_text(encoding="utf-8")
    assert "only GET, and `refresh.refresh`, and `orders.placeOrder` with `body.client_order_id` |" in readme
    assert "| orders | 2 in 0.3 s |" in readme
    assert "after `client.syncClock()`" in readme
    assert "`duplicate_order`" in readme
    assert "says in the answer itself" in readme
