/** Sends calls: arguments in, a request out, the typed answer back. */

import { decoded, type Received, received } from "./answer.js";
import { type AnyCodec, asArgumentError } from "./codecs.js";
import { Deadline } from "./deadline.js";
import { apiError, ConfigurationError } from "./errors.js";
import type { JsonValue } from "./json.js";
import type { Operation, ParameterRow, TypedOperation } from "./operation.js";
import { failure } from "./failure.js";
import { Draft } from "./request.js";
import type { Recipe } from "./recipe.js";
import { Signer } from "./signing.js";
import { filledPath, headerText, joinedPairs, pathText, queryPairs, type Writing } from "./wire.js";

/** The part of an answer that is not its value: status and headers, such as the rate limit's. */
export interface AnswerInfo {
  /** The operation's name in the description. */
  readonly operation: string;
  readonly status: number;
  readonly headers: Headers;
}

/** What may be said of one call. */
export interface CallOptions {
  /** Ends the call early; it then fails with the signal's reason. */
  readonly signal?: AbortSignal;
  /** How long the answer may take, in milliseconds, instead of the client's own time-out. */
  readonly timeoutMs?: number;
  /** Told of the answer before it is read, error answers included. */
  readonly onAnswer?: (answer: AnswerInfo) => void;
}

/** How a client is made. Everything is optional; signed operations need credentials. */
export interface ClientOptions {
  /** The API key. */
  readonly key?: string;
  /** The secret that requests are signed with. It is never shown, logged or put into an error. */
  readonly secret?: string;
  /** The passphrase, on exchanges that hand one out. */
  readonly passphrase?: string;
  /** Where the API is, instead of the usual place. */
  readonly baseUrl?: string;
  /** How long an answer may take, in milliseconds. 10,000 unless said otherwise. */
  readonly timeoutMs?: number;
  /** The longest answer that is read, in bytes. 64 MiB unless said otherwise. */
  readonly maxAnswerBytes?: number;
  /** Headers that every request carries. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The clock that requests are signed with, in milliseconds since 1970. */
  readonly now?: () => number;
  /** The nonce of each signed request, instead of the usual one. */
  readonly nonce?: () => string;
  /** What sends the requests, instead of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
  /** Told of every answer before it is read, error answers included. */
  readonly onAnswer?: (answer: AnswerInfo) => void;
}

/** What a package knows of its API. */
export interface Product {
  readonly baseUrl: string | undefined;
  readonly userAgent: string;
  readonly recipe: Recipe | undefined;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** Methods that no page or server may send through `fetch`. */
const UNSENDABLE: ReadonlySet<string> = new Set(["CONNECT", "TRACE", "TRACK"]);
/** Methods that `fetch` sends without a body only. */
const BODILESS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** What all groups of one client share. */
export class Core {
  readonly #options: ClientOptions;
  readonly #product: Product;
  readonly #base: URL | undefined;
  readonly #signer: Signer | undefined;

  constructor(product: Product, options: ClientOptions) {
    this.#options = { ...options };
    this.#product = product;
    const base = options.baseUrl ?? product.baseUrl;
    this.#base = base === undefined ? undefined : baseUrl(base);
    const credentials = { key: options.key, secret: options.secret, passphrase: options.passphrase };
    this.#signer = product.recipe && new Signer(product.recipe, credentials, options.now ?? Date.now, options.nonce);
  }

  /** Call an operation. */
  async call<Arguments extends object, Result>(
    operation: TypedOperation<Arguments, Result>,
    args: Arguments,
    options: CallOptions = {},
  ): Promise<Result> {
    const request = await this.#request(operation, args as Readonly<Record<string, unknown>>);
    const deadline = new Deadline(options.timeoutMs ?? this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS, options.signal);
    try {
      const { response, bytes } = await this.#exchange(operation, request, deadline, options);
      if (!response.ok) throw apiError(failure(response, bytes, this.#secrets()));
      return decoded(operation, response, bytes) as Result;
    } finally {
      deadline.clear();
    }
  }

  async #request(operation: Operation, args: Readonly<Record<string, unknown>>): Promise<Draft> {
    if (typeof args !== "object" || args === null) throw new ConfigurationError(`${operation.id}: the arguments are one object`);
    if (UNSENDABLE.has(operation.verb)) throw new ConfigurationError(`${operation.id}: fetch can't send a ${operation.verb} request`);
    const unknown = Object.keys(args).find((name) => name !== "body" && !operation.parameters.some((row) => row.property === name));
    if (unknown !== undefined) throw new ConfigurationError(`argument ${unknown}: ${operation.id} has no such argument`);
    const base = operation.server === undefined || this.#options.baseUrl !== undefined ? this.#base : baseUrl(operation.server);
    if (base === undefined) throw new ConfigurationError("no base URL is known; give the client one as baseUrl");
    const texts = new Map<string, string>();
    for (const row of operation.parameters.filter((each) => each.in === "path")) {
      const value = argument(row, args) ?? null;
      texts.set(row.wireName ?? row.property, value === null ? "" : pathText(writing(row), value));
    }
    const draft = new Draft(operation.verb, base, filledPath(operation.path, texts), operation.body?.encoding ?? "json");
    this.#setHeaders(operation, draft);
    setParameters(operation, draft, args);
    await setBody(operation, draft, args["body"]);
    await this.#sign(operation, draft);
    return draft;
  }

  #setHeaders(operation: Operation, draft: Draft): void {
    const accepted = new Set((operation.answers[0]?.contents ?? []).map((content) => content.mediaType));
    draft.placeHeader("Accept", accepted.size === 0 ? "*/*" : [...accepted].join(", "));
    draft.placeHeader("User-Agent", this.#product.userAgent);
    for (const [name, value] of Object.entries(this.#options.headers ?? {})) draft.placeHeader(name, value);
  }

  async #sign(operation: Operation, draft: Draft): Promise<void> {
    if (operation.signed === undefined || this.#signer === undefined) return;
    const missing = this.#signer.missing(operation.placements);
    if (missing.length === 0) return this.#signer.sign(draft, operation.placements);
    const given = [this.#options.key, this.#options.secret, this.#options.passphrase].some(Boolean);
    if (operation.signed === "optional" && !given) return;
    throw new ConfigurationError(`${operation.id} is signed; give the client its ${missing.join(" and ")}`);
  }

  async #exchange(operation: Operation, draft: Draft, deadline: Deadline, options: CallOptions): Promise<Received> {
    const body = draft.body();
    if (body !== undefined && BODILESS.has(draft.method)) {
      throw new ConfigurationError(`${operation.id}: fetch can't send a ${draft.method} request with a body`);
    }
    const init: RequestInit = {
      method: draft.method,
      headers: draft.headers(),
      redirect: "manual",
      credentials: "omit",
      signal: deadline.signal,
      ...(body === undefined ? {} : { body }),
    };
    const url = draft.url();
    const send = this.#options.fetch ?? globalThis.fetch;
    const response = await deadline.watch(() => send(url, init));
    const answer: AnswerInfo = { operation: operation.id, status: response.status, headers: response.headers };
    this.#options.onAnswer?.(answer);
    options.onAnswer?.(answer);
    return { response, bytes: await deadline.watch(() => received(response, this.#options.maxAnswerBytes ?? DEFAULT_MAX_ANSWER_BYTES)) };
  }

  #secrets(): readonly string[] {
    const { key, secret, passphrase } = this.#options;
    return [secret, passphrase, key].filter((each): each is string => each !== undefined && each !== "");
  }
}

function baseUrl(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new ConfigurationError("baseUrl is no absolute URL");
  }
  if (!["http:", "https:"].includes(url.protocol) || url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "") {
    throw new ConfigurationError("baseUrl must be http or https, without user, query and fragment");
  }
  return url;
}

function writing(row: ParameterRow): Writing {
  const style = row.style ?? (row.in === "path" || row.in === "header" ? "simple" : "form");
  return { name: row.wireName ?? row.property, style, explode: row.explode ?? style === "form", json: row.json === true };
}

/** An argument as JSON; undefined where it is not given. */
function argument(row: ParameterRow, args: Readonly<Record<string, unknown>>): JsonValue | undefined {
  const value = Object.hasOwn(args, row.property) ? args[row.property] : undefined;
  if (value === undefined && row.required) throw new ConfigurationError(`argument ${row.property}: is missing`);
  if (value === undefined || value === null) return undefined;
  return written(row.property, row.codec, value);
}

function written(name: string, codec: AnyCodec, value: unknown): JsonValue {
  try {
    return codec.encode(value);
  } catch (error) {
    throw asArgumentError(name, error);
  }
}

function setParameters(operation: Operation, draft: Draft, args: Readonly<Record<string, unknown>>): void {
  const cookies: string[] = [];
  for (const row of operation.parameters) {
    if (row.in === "path") continue;
    const value = argument(row, args);
    if (value === undefined) continue;
    if (row.in === "query") draft.addQuery(queryPairs(writing(row), value));
    else if (row.in === "header") draft.placeHeader(row.wireName ?? row.property, headerText(writing(row), value));
    else cookies.push(...queryPairs({ ...writing(row), explode: false }, value).map((pair) => joinedPairs([pair])));
  }
  if (cookies.length > 0) draft.placeHeader("Cookie", cookies.join("; "));
}

async function setBody(operation: Operation, draft: Draft, value: unknown): Promise<void> {
  const body = operation.body;
  if (body === undefined) {
    if (value !== undefined) throw new ConfigurationError(`argument body: ${operation.id} takes none`);
    return;
  }
  if (value !== undefined) return draft.setBody(body.encoding, body.mediaType, written("body", body.codec, value));
  if (!body.required) return;
  if (!canBeEmpty(body.codec)) throw new ConfigurationError("argument body: is missing");
  await draft.setBody(body.encoding, body.mediaType, new Map());
}

function canBeEmpty(codec: AnyCodec): boolean {
  return "optional" in codec && codec.optional === true;
}
