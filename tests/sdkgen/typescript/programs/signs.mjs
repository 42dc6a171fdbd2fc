import { createInterface } from "node:readline";
import { baseOf } from "./node_modules/@openxapi/hostile/dist/runtime/compose.js";
import { Draft } from "./node_modules/@openxapi/hostile/dist/runtime/request.js";
import { Signer } from "./node_modules/@openxapi/hostile/dist/runtime/signing.js";
import { parseJson } from "@openxapi/hostile";

async function body(draft, request) {
  const type = request.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1];
  if (request.body === "") return;
  if (type?.startsWith("application/x-www-form-urlencoded")) {
    const pairs = request.body.split("&").map((pair) => pair.split("=").map(decodeURIComponent));
    return draft.setBody("form", type, new Map(pairs));
  }
  let value;
  try { value = parseJson(request.body); } catch { return draft.setBody("text", type ?? "text/plain", request.body); }
  await draft.setBody("json", type ?? "application/json", value);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { recipe, vector, chosen } = JSON.parse(line);
  const { request, credentials } = vector;
  const draft = new Draft(request.method, baseOf(`https://${request.host}`), request.path, request.encoding ?? "json");
  draft.addQuery(request.query === "" ? [] : request.query.split("&").map((pair) => pair.split("=")));
  for (const [name, value] of request.headers) draft.placeHeader(name, value);
  await body(draft, request);
  const nonce = vector.nonce === null ? undefined : () => vector.nonce;
  const given = Object.fromEntries(Object.entries(credentials).map(([name, value]) => [name, value ?? undefined]));
  const signer = new Signer(recipe, given, () => vector.now_ms, nonce);
  await signer.sign(draft, chosen ?? undefined);
  const { headers: lines, body: sent } = draft.outgoing();
  const headers = lines.map(([name, value]) => [name.toLowerCase(), value]).sort(([a], [b]) => (a < b ? -1 : 1));
  console.log(JSON.stringify({ query: draft.query(), headers, body: sent === undefined ? "" : new TextDecoder().decode(sent) }));
}
