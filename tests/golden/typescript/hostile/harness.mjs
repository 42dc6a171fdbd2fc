// Exercises an installed SDK for whoever certifies it: calls in on standard input, results out on standard output (protocol 2).
import { ApiError, Client, SdkError, ThrottledError, parseJson, writeJson } from "@openxapi/hostile";
import { contentOf, operations, packageName, packageVersion, types } from "@openxapi/hostile/operations";

class Refused extends Error {}

const object = (members) => new Map(Object.entries(members).filter(([, value]) => value !== undefined));
const wholeNumber = (value) => (value === null || value === undefined ? undefined : Number(String(value)));
// Until it is configured: the package's own base URL may be none that a client takes, and values are decoded all the same.
let client = new Client({ baseUrl: "http://127.0.0.1" });
/** What the hooks told since the last answer; undefined where nobody wants to know. */
let told;

function described() {
  return object({ protocol: 2n, language: "typescript", package: packageName, version: packageVersion, operations: [...operations.keys()], types: [...types.keys()] });
}

function configured(options) {
  const nonce = options.get("nonce") ?? undefined;
  const now = wholeNumber(options.get("now_ms"));
  const given = {
    baseUrl: options.get("base_url") ?? undefined,
    key: options.get("key") ?? undefined,
    secret: options.get("secret") ?? undefined,
    passphrase: options.get("passphrase") ?? undefined,
    timeoutMs: wholeNumber(options.get("timeout_ms")),
    now: now === undefined ? undefined : () => now,
    nonce: nonce === undefined ? undefined : () => String(nonce),
    retries: wholeNumber(options.get("retries")) ?? 0,
    rateLimits: options.get("rate_limits") ?? false,
    maxWaitMs: wholeNumber(options.get("max_wait_ms")),
    streamUrl: options.get("stream_url") ?? undefined,
    random: seeded(options.get("seed")),
    ...hooks(options.get("hooks") === true),
  };
  client = new Client(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));
  return object({});
}

/** A small generator of numbers from 0 to 1 (mulberry32), so that pauses can be repeated. */
function seeded(seed) {
  if (seed === null || seed === undefined) return undefined;
  let state = Number(BigInt.asUintN(32, BigInt(String(seed))));
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function hooks(wanted) {
  told = wanted ? [] : undefined;
  if (!wanted) return {};
  const telling = (hook) => (info) => {
    const { operation, method, path, attempt, status, elapsedMs, weight, errorKind, pauseMs } = info;
    const numbers = { elapsed_ms: rounded(elapsedMs), weight: rounded(weight), pause_ms: rounded(pauseMs) };
    const rest = { operation, method, path, attempt: BigInt(attempt), status: status === null ? null : BigInt(status), error_kind: errorKind };
    told.push(object({ hook, ...rest, ...numbers }));
  };
  return { onRequest: telling("on_request"), onResponse: telling("on_response"), onRetry: telling("on_retry") };
}

const rounded = (number) => BigInt(Math.round(number));

function operationOf(call) {
  const operation = operations.get(call.get("operation"));
  if (operation === undefined) throw new Refused(`there is no operation ${call.get("operation")}`);
  return operation;
}

function argumentsOf(operation, call) {
  const args = {};
  for (const place of ["path", "query", "header", "cookie"]) {
    for (const [name, value] of call.get(place) ?? []) {
      const row = operation.parameters.find((each) => each.in === place && (each.wireName ?? each.property) === name);
      if (row === undefined) throw new Refused(`${operation.id} has no ${place} argument ${name}`);
      args[row.property] = typed(name, row.codec, value);
    }
  }
  if (call.has("body")) {
    if (operation.body === undefined) throw new Refused(`${operation.id} takes no body`);
    args.body = typed("body", operation.body.codec, call.get("body"));
  }
  return args;
}

function typed(name, codec, value) {
  try {
    return codec.decode(value);
  } catch (error) {
    throw new Refused(`argument ${name}: ${error.message}`);
  }
}

async function returned(call) {
  const operation = operationOf(call);
  const [group, method] = operation.method;
  let answer;
  const value = await client[group][method](argumentsOf(operation, call), { onAnswer: (info) => (answer = info) });
  const content = contentOf(operation, answer.status, answer.headers.get("content-type") ?? "");
  return object({ status: BigInt(answer.status), value: written(content, value) });
}

function written(content, value) {
  if (value === undefined) return null;
  if (value instanceof Uint8Array) return object({ base64: Buffer.from(value).toString("base64") });
  return content?.encoding === "json" || content?.encoding === "lines" ? content.codec.encode(value) : value;
}

async function iterated(call) {
  const operation = operationOf(call);
  if (operation.paging === undefined) throw new Refused(`${operation.id} is not read page by page`);
  const most = wholeNumber(call.get("most")) ?? Infinity;
  const items = [];
  const [group] = operation.method;
  if (most > 0) {
    for await (const item of client[group][operation.paging.method](argumentsOf(operation, call))) {
      items.push(operation.paging.item.encode(item));
      if (items.length >= most) break;
    }
  }
  return object({ items });
}

async function synced() {
  return object({ offset_ms: rounded(await client.syncClock()) });
}

async function requested(call) {
  const body = call.get("body") ?? undefined;
  const given = { query: call.get("query") ?? [], signed: call.get("signed") === true, ...(body === undefined ? {} : { body }) };
  const answer = await client.request(call.get("method"), call.get("path"), given);
  return object({ status: BigInt(answer.status), value: answer.body ?? null, headers: new Map([...answer.headers]) });
}

/** The last error. */
let failure;

/** The client and the last error, in every way that people put them into a log. */
async function laidOpen() {
  const { inspect } = await import("node:util");
  const ways = (value) => [String(value), inspect(value, { depth: 9, showHidden: true }), attempted(() => JSON.stringify(value) ?? "")];
  return object({ texts: [...ways(client), ...(failure === undefined ? [] : [...ways(failure), failure.stack ?? ""])] });
}

function attempted(work) {
  try {
    return work();
  } catch (error) {
    return String(error);
  }
}

/** What is held once everything that can be let go is gone. */
async function measured() {
  const [{ setFlagsFromString }, { runInNewContext }] = await Promise.all([import("node:v8"), import("node:vm")]);
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  for (let round = 0; round < 3; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    collect();
  }
  const { heapUsed, external } = process.memoryUsage();
  return object({ bytes: BigInt(heapUsed + external) });
}

function decoded(request) {
  const codec = types.get(request.get("type"));
  if (codec === undefined) throw new Refused(`there is no type ${request.get("type")}`);
  return codec.encode(codec.decode(request.get("value")));
}

function raised(error) {
  const api = error instanceof ApiError;
  const waits = api || error instanceof ThrottledError;
  return object({
    kind: error.kind,
    status: api && error.status !== 0 ? BigInt(error.status) : null,
    code: api ? error.code : null,
    message: error.message,
    retry_after_ms: waits && error.retryAfterMs !== null ? BigInt(error.retryAfterMs) : null,
    refusal: api ? error.refusal : null,
    attempts: BigInt(error.attempts),
    may_have_happened: error.mayHaveHappened,
    repeated: api && error.repeated,
  });
}

/** What each question is answered with. */
const VERBS = {
  describe: ["described", described],
  configure: ["configured", configured],
  call: ["returned", returned],
  decode: ["decoded", decoded],
  iterate: ["iterated", iterated],
  sync_clock: ["synced", synced],
  request: ["returned", requested],
  show: ["shown", laidOpen],
  memory: ["measured", measured],
};

/** The verbs that put a call on the wire, whose answers tell what the hooks were told. */
const CALLS = new Set(["call", "iterate", "sync_clock", "request"]);

async function answered(line) {
  let id = null;
  let verb;
  const ending = () => (CALLS.has(verb) && told !== undefined ? { told: told.splice(0) } : {});
  try {
    const request = parseJson(line);
    id = request.get("id") ?? null;
    verb = Object.keys(VERBS).find((name) => request.has(name));
    if (verb === undefined) throw new Refused("nothing is asked for");
    const [word, work] = VERBS[verb];
    return object({ id, [word]: await work(request.get(verb)), ...ending() });
  } catch (error) {
    if (error instanceof SdkError) {
      failure = error;
      return object({ id, raised: raised(error), ...ending() });
    }
    return object({ id, refused: object({ message: error instanceof Refused ? error.message : String(error) }) });
  }
}

// Not node:readline: it ends lines at U+2028 too, which may stand inside a document.
async function* lines(input) {
  let rest = "";
  for await (const piece of input.setEncoding("utf8")) {
    const ended = (rest + piece).split("\n");
    rest = ended.pop();
    yield* ended;
  }
  yield rest;
}

for await (const line of lines(process.stdin)) {
  if (line.trim() !== "") process.stdout.write(`${writeJson(await answered(line))}\n`);
}
