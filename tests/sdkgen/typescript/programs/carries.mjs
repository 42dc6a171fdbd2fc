// What each way to send does with answers of every kind; WAY is "node" or "web".
import { createServer } from "node:http";
import { createServer as createSecure } from "node:https";
import { createServer as createPlain } from "node:net";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { Client } from "@openxapi/hostile";

if (WAY === "web") Object.defineProperty(globalThis, "navigator", { value: { userAgent: "Mozilla/5.0" } });

const text = JSON.stringify({ note: "grüß ".repeat(40) });
const bomb = gzipSync(Buffer.alloc(5_000_000, 0x20));
const asked = [];
let connections = 0;
const ANSWERS = {
  "/plain": [{}, text],
  "/gzip": [{ "Content-Encoding": "gzip" }, gzipSync(text)],
  "/deflate": [{ "Content-Encoding": "deflate" }, deflateSync(text)],
  "/raw": [{ "Content-Encoding": "deflate" }, deflateRawSync(text)],
  "/br": [{ "Content-Encoding": "br" }, brotliCompressSync(text)],
  "/twice": [{ "Content-Encoding": "gzip, br" }, brotliCompressSync(gzipSync(text))],
  "/none": [{ "Content-Encoding": "identity" }, text],
  "/empty": [{ "Content-Encoding": "gzip" }, ""],
  "/bomb": [{ "Content-Encoding": "gzip" }, bomb],
  "/long": [{}, " ".repeat(200_000)],
  "/garbage": [{ "Content-Encoding": "gzip" }, text],
  "/unknown": [{ "Content-Encoding": "zstd" }, text],
  "/often": [{ "Content-Encoding": "gzip, gzip, gzip" }, gzipSync(gzipSync(gzipSync(text)))],
  "/moved": [{ Location: "/plain" }, "{}", 302],
};
const server = createServer(async (request, response) => {
  let body = "";
  for await (const piece of request) body += piece;
  asked.push({ method: request.method, path: request.url, body, headers: request.headers });
  const [headers, content, status = 200] = ANSWERS[request.url.split("?")[0]] ?? [{}, "{}"];
  response.writeHead(status, { "X-Twice": ["a", "b"], ...headers }).end(content);
}).on("connection", () => (connections += 1));
const secure = createSecure({ key: KEY, cert: CERTIFICATE }, (_, response) => response.end("{}"));
/** Talks another language than TLS, and closes. */
const deaf = createPlain((socket) => socket.on("error", () => {}).once("data", () => socket.destroy()));
/** Goes away in the middle of an answer. */
const cut = createPlain((socket) => socket.on("error", () => {}).once("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}")));
const listen = (one, host) => new Promise((resolve) => one.listen(0, host, () => resolve(one.address().port)));
const port = await listen(server, "127.0.0.1");
const base = `http://127.0.0.1:${port}`;

const client = new Client({ baseUrl: base, retries: 0, maxAnswerBytes: 100_000, rateLimits: false });
async function told(work) {
  try {
    const { body } = await work();
    return body instanceof Map ? body.get("note") === JSON.parse(text).note || body.size : (body ?? null);
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
}
const get = (path, from = client) => told(() => from.request("GET", path));
const outcomes = {};
for (const path of Object.keys(ANSWERS)) outcomes[path] = await get(path);
outcomes.twice = (await client.request("GET", "/plain")).headers.get("x-twice");
outcomes.connections = connections;
outcomes.body = await told(() => client.request("GET", "/x", { query: [["a", "1"]], body: new Map([["b", "ü"]]) }));
outcomes.got = asked.filter(({ path }) => path.startsWith("/x")).map(({ method, path, body, headers }) => [method, path, body, headers["content-length"], headers["content-type"]]);
await client.request("POST", "/y");
outcomes.bodiless = asked.at(-1).headers["content-length"];
outcomes.framing = await told(() => new Client({ baseUrl: base, headers: { "Transfer-Encoding": "chunked" } }).request("GET", "/plain"));
outcomes.coding = await told(() => new Client({ baseUrl: base, headers: { "accept-encoding": "br" } }).request("GET", "/plain"));
outcomes.coded = asked.at(-1).headers["accept-encoding"];
const closing = new AbortController();
const hooked = new Client({ baseUrl: base, retries: 0, onAnswer: () => closing.abort(new Error("enough")) });
outcomes.aborted = await told(() => hooked.request("GET", "/long", { signal: closing.signal }));

const failing = async (url) => {
  const error = await new Client({ baseUrl: url, retries: 0 }).request("POST", "/x").catch((reason) => reason);
  return [error.message, error.mayHaveHappened];
};
outcomes.untrusted = await failing(`https://localhost:${await listen(secure, "localhost")}`);
outcomes.deaf = await failing(`https://127.0.0.1:${await listen(deaf, "127.0.0.1")}`);
outcomes.cut = await failing(`http://127.0.0.1:${await listen(cut, "127.0.0.1")}`);

const before = asked.length;
const own = globalThis.fetch;
globalThis.fetch = async () => new Response('{"note":1}');
outcomes.replaced = [await get("/plain"), asked.length - before];
globalThis.fetch = own;
class ProxyAgent {
  dispatch(options) {
    outcomes.dispatched = options.path;
    throw new Error("not here");
  }
}
for (const name of ["undici.globalDispatcher.1", "undici.globalDispatcher.2"]) globalThis[Symbol.for(name)] = new ProxyAgent();
outcomes.diverted = [await get("/plain"), asked.length - before];
console.log(JSON.stringify(outcomes));
process.exit(0);
