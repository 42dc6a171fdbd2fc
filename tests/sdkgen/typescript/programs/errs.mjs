import { Client, Decimal, orderCodec, sideCodec, parseJson, writeJson } from "@openxapi/hostile";
import { inspect } from "node:util";
const secrets = { key: "KEY-VALUE", secret: "SECRET-VALUE", passphrase: "PASS-VALUE" };
const client = new Client({ ...secrets, baseUrl: URL_TEXT });
const said = [inspect(client, { depth: 9, showHidden: true }), JSON.stringify(client), String(client)];
async function tell(work) {
  try { await work(); return "nothing"; } catch (error) { said.push(inspect(error, { depth: 9 })); return `${error.name}: ${error.message}`; }
}
const answers = {
  unknown: await tell(() => client.constructor_.search({ misspelt: 1 })),
  number: await tell(() => client.constructor_.search({ limit: 10 })),
  float: await tell(() => client.constructor_.search({ price: 1.1 })),
  nothing: await tell(() => client.constructor_.search(null)),
  property: await tell(() => client.orders.placeProcessExit3({ body: { symbol: "A", price: new Decimal("1"), quantity: 1n, misspelt: 1 } })),
  aborted: await tell(() => client.constructor_.search({}, { signal: AbortSignal.abort(new Error("mine")) })),
  timeout: await tell(() => client.constructor_.search({}, { timeoutMs: 0 })),
  base: await tell(async () => new Client({ baseUrl: "ftp://x" })),
  relative: await tell(async () => new Client({ baseUrl: "/x" })),
  long: await tell(() => new Client({ baseUrl: URL_TEXT, maxAnswerBytes: 1 }).constructor_.search()),
  callback: await tell(() => client.constructor_.search({}, { onAnswer() { throw new TypeError("my own mistake"); } })),
  plus: await tell(async () => new Decimal("1") + 1),
  decimal: await tell(async () => new Decimal("1,5")),
};
const seen = [];
const told = new Client({ baseUrl: URL_TEXT, headers: { "X-Mine": "1" }, onAnswer: (answer) => seen.push([answer.operation, answer.status]) });
await told.constructor_.search();
const value = orderCodec.decode(parseJson('{"m":"a","M":1,"id":1,"price":1.10,"side":"NEW","__proto__":"own","extra":"e","zzz":{"__proto__":{"x":1}}}'));
answers.clean = {}.x === undefined && value.proto === "own" && Object.getPrototypeOf(value) === Object.prototype;
answers.kept = writeJson(value.extra_.get("zzz"));
answers.copied = writeJson(orderCodec.encode({ ...value, price: value.price.add(new Decimal("0.05")) }));
answers.seen = seen;
answers.leaks = said.filter((text) => /KEY-VALUE|SECRET-VALUE|PASS-VALUE/.test(text));
console.log(JSON.stringify(answers));
