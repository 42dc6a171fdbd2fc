// Exercises an installed SDK for whoever certifies it: calls in on standard input, results out on standard output (protocol 1).
import { ApiError, Client, DecodeError, SdkError, parseJson, writeJson } from "@openxapi/hostile";
import { contentOf, operations, packageName, packageVersion, types } from "@openxapi/hostile/operations";

class Refused extends Error {}

const object = (members) => new Map(Object.entries(members).filter(([, value]) => value !== undefined));
const wholeNumber = (value) => (value === null || value === undefined ? undefined : Number(String(value)));
let client = new Client();

function described() {
  return object({ protocol: 1n, language: "typescript", package: packageName, version: packageVersion, operations: [...operations.keys()], types: [...types.keys()] });
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
  };
  client = new Client(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));
  return object({});
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
  const operation = operations.get(call.get("operation"));
  if (operation === undefined) throw new Refused(`there is no operation ${call.get("operation")}`);
  const [group, method] = operation.method;
  let answer;
  const value = await client[group][method](argumentsOf(operation, call), { onAnswer: (info) => (answer = info) });
  const content = contentOf(operation, answer.status, answer.headers.get("content-type") ?? "");
  return object({ status: BigInt(answer.status), value: written(content, value) });
}

function written(content, value) {
  if (value === undefined) return null;
  if (value instanceof Uint8Array) return object({ base64: Buffer.from(value).toString("base64") });
  return content?.encoding === "json" ? content.codec.encode(value) : value;
}

function decoded(request) {
  const codec = types.get(request.get("type"));
  if (codec === undefined) throw new Refused(`there is no type ${request.get("type")}`);
  return codec.encode(codec.decode(request.get("value")));
}

function raised(error) {
  const api = error instanceof ApiError;
  return object({
    kind: error.kind,
    status: api ? BigInt(error.status) : null,
    code: api ? error.code : null,
    message: error.message,
    retry_after_ms: api && error.retryAfterMs !== null ? BigInt(error.retryAfterMs) : null,
  });
}

/** What each question is answered with. */
const VERBS = {
  describe: ["described", described],
  configure: ["configured", configured],
  call: ["returned", returned],
  decode: ["decoded", decoded],
};

async function answered(line) {
  let id = null;
  try {
    const request = parseJson(line);
    id = request.get("id") ?? null;
    const verb = Object.keys(VERBS).find((name) => request.has(name));
    if (verb === undefined) throw new Refused("nothing is asked for");
    const [word, work] = VERBS[verb];
    return object({ id, [word]: await work(request.get(verb)) });
  } catch (error) {
    if (error instanceof SdkError) return object({ id, raised: raised(error) });
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
