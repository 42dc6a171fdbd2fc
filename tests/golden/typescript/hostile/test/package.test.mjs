// What this package promises, asserted: `npm run build && npm test`. Generated; changes are lost.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, Decimal, SdkError, parseJson, writeJson } from "../dist/index.js";
import { operations, types } from "../dist/operations.js";

/** Examples of the description: the type, and the value as JSON text. */
const EXAMPLES = [
];

/** JSON text in which members are sorted and whole numbers have no fraction, so that equal values are equal texts. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value instanceof Map) return `{${[...value].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join()}}`;
  return writeJson(value).replace(/^(-?\d+)\.0+$/, "$1");
}

test("documented examples come back unchanged", () => {
  for (const [name, text] of EXAMPLES) {
    const codec = types.get(name);
    assert.equal(canonical(codec.encode(codec.decode(parseJson(text)))), canonical(parseJson(text)), name);
  }
});

test("numbers keep every digit", () => {
  for (const text of ["0.10", "1e-8", "12345678901234567890.000000000000000001"]) assert.equal(parseJson(text).text, text);
  assert.equal(new Decimal("0.1").add(new Decimal("0.2")).toString(), "0.3");
});

test("every operation is a method, and sends what its description says", async () => {
  for (const operation of operations.values()) {
    const sent = [];
    const fetch = async (url, init) => {
      sent.push([init.method, new URL(url).pathname]);
      throw new Error("nothing leaves this test");
    };
    const client = new Client({ baseUrl: "https://test.invalid", retries: 0, fetch });
    const [group, method] = operation.method;
    assert.equal(typeof client[group][method], "function", operation.id);
    const needs = operation.signed === true || operation.body !== undefined || operation.parameters.some((row) => row.required);
    if (needs || ["CONNECT", "TRACE"].includes(operation.verb)) continue;
    await assert.rejects(client[group][method](), SdkError);
    assert.deepEqual(sent, [[operation.verb, new URL(`https://test.invalid${operation.path}`).pathname]], operation.id);
  }
});

test("credentials are visible nowhere", () => {
  const client = new Client({ key: "the-key", secret: "the-secret", passphrase: "the-passphrase", baseUrl: "https://test.invalid" });
  assert.doesNotMatch(JSON.stringify(client) + String(client), /the-(?:key|secret|passphrase)/);
});
