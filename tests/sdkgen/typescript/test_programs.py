from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.simulators.typescript_sdk import NODE, program, reached, readme_programs

if TYPE_CHECKING:
    from tests.simulators.scripted_server import ScriptedServer
    from tests.simulators.typescript_sdk import Installed

pytestmark = pytest.mark.toolchain


def test_a_program_that_errs_is_told_so_and_leaks_nothing(installed: Installed, server: ScriptedServer) -> None:
    answers = json.loads(installed.node(program("errs.mjs").replace("URL_TEXT", json.dumps(server.url))))
    assert answers == {
        "unknown": "ConfigurationError: argument misspelt: search has no such argument",
        "number": "ConfigurationError: argument limit: expected a bigint such as 10n, found the number 10",
        "float": "ConfigurationError: argument price: expected a Decimal, found the number 1.1",
        "nothing": "ConfigurationError: search: the arguments are one object",
        "property": "ConfigurationError: argument body.misspelt: is not a property of this type",
        "aborted": "Error: mine",
        "timeout": "ConfigurationError: timeoutMs must be greater than 0",
        "base": "ConfigurationError: baseUrl must be http or https, without user, query and fragment",
        "relative": "ConfigurationError: baseUrl is no absolute URL",
        "long": "DecodeError: $: the answer is longer than 1 bytes",
        "callback": "TypeError: my own mistake",
        "plus": "TypeError: a Decimal has no operators; use compare, equals, add, sub, mul or toString",
        "decimal": 'RangeError: a Decimal is made from decimal text such as "1.10" or from a bigint',
        "clean": True,
        "kept": '{"__proto__":{"x":1}}',
        "copied": '{"m":"a","M":1,"id":1,"price":1.15,"side":"NEW","extra":"e","__proto__":"own","zzz":{"__proto__":{"x":1}}}',
        "seen": [["search", 200]],
        "leaks": [],
    }
    assert server.last.headers["x-mine"] == "1"


TYPED = """
import { Client, Decimal, type Order, Side, type JsonValue } from "@openxapi/hostile";
const client = new Client({ key: "k", secret: "s" });
const placed: Order = await client.orders.placeProcessExit3({
  body: { symbol: "BTC-USD", side: Side.Buy, price: new Decimal("1.10"), quantity: 1n },
});
const price: Decimal = placed.price;
const id: bigint = placed.id;
const fee: Decimal | string | null | undefined = placed.fee;
const first: bigint | undefined = placed.candle?.[0];
const kept: JsonValue | undefined = placed.extra_?.get("more");
const known: string = placed.side === "BUY" ? "buys" : placed.side;
"""


MISTAKES = """
// @ts-expect-error a number is no bigint
client.orders.getOrder({ symbol: "A", orderId: 1 });
// @ts-expect-error an argument is missing
client.orders.getOrder({ symbol: "A" });
// @ts-expect-error the operation takes none
client.orders.cancelAll({ symbol: "A" });
// @ts-expect-error a binary float is no decimal
client.constructor_.search({ price: 1.1 });
// @ts-expect-error read-only
placed.price = new Decimal("2");
// @ts-expect-error a bigint is no text
const wrong: string = placed.id;
// @ts-expect-error perhaps absent
const sure: Decimal | null = placed.optionalPrice;
"""


def test_the_programs_of_the_readme_compile(installed: Installed) -> None:
    programs = readme_programs(installed)
    assert len(programs) == 6
    assert installed.type_errors(*programs) == ""


def test_what_is_right_compiles_and_what_is_wrong_does_not(installed: Installed) -> None:
    assert installed.type_errors(TYPED + MISTAKES) == ""


MISSING = """
import { Signer } from "./node_modules/@openxapi/hostile/dist/runtime/signing.js";
const recipe = {
  algorithm: "hmac-sha256", output: "hex", secretEncoding: "text", timestamp: "seconds", nonce: "uuid", windowMs: 1, lifetimeMs: 1,
  placements: [{ carrier: "header", name: "K", value: "key" }, { carrier: "query", name: "s", value: "signature" }],
  payload: [{ value: "group", parts: [{ value: "passphrase" }] }], jwtHeader: [], jwtClaims: [],
};
const missing = (given, chosen) => new Signer(recipe, given, Date.now).missing(chosen);
console.log(JSON.stringify([missing({}), missing({ key: "k" }, [0]), missing({ key: "k", secret: "s" }, [0, 1])]));
"""


def test_only_the_credentials_that_an_operation_needs_are_asked_for(installed: Installed) -> None:
    assert json.loads(installed.node(MISSING)) == [["key", "secret", "passphrase"], [], ["passphrase"]]


def test_the_tests_that_the_source_carries_pass_and_can_fail(installed: Installed) -> None:
    carried = installed.package / "test" / "package.test.mjs"
    passed = subprocess.run((NODE, "--test", carried), capture_output=True, text=True, timeout=60, check=False)
    assert passed.returncode == 0, passed.stdout
    assert "pass 4" in passed.stdout
    broken = carried.with_name("broken.test.mjs")
    broken.write_text(
        carried.read_text(encoding="utf-8").replace("equal(parseJson(text).text, text)", 'equal(parseJson(text).text, text + "0")')
    )
    failed = subprocess.run((NODE, "--test", broken), capture_output=True, text=True, timeout=60, check=False)
    broken.unlink()
    assert failed.returncode == 1


def test_one_group_needs_no_other(installed: Installed) -> None:
    alone = reached(installed.package, "product.js", "groups/orders.js")
    assert "core.js" in alone
    assert not {"bodies.js", "constructor.js", "client.js", "operations.js", "hub.js", "paging.js"} & alone
