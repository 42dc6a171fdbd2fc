/** From an operation and its arguments to a request that still has to be signed. */

import { type AnyCodec, asArgumentError } from "./codecs.js";
import { ConfigurationError } from "./errors.js";
import type { JsonValue } from "./json.js";
import type { ContentRow, Operation, ParameterRow } from "./operation.js";
import { Draft } from "./request.js";
import { after, type Soon } from "./soon.js";
import type { Base } from "./transport.js";
import { filledPath, headerText, joinedPairs, pathText, queryPairs, reservedPairs, type Writing } from "./wire.js";

/** The arguments of a call, by the names that they have in TypeScript. */
export type Arguments = Readonly<Record<string, unknown>>;

/** Methods that no page or server may send through `fetch`. */
const UNSENDABLE: ReadonlySet<string> = /* @__PURE__ */ new Set(["CONNECT", "TRACE", "TRACK"]);

/** Headers by name. */
export type HeaderPairs = readonly (readonly [name: string, value: string])[];

/**
 * The request without a signature.
 *
 * @param common - Headers that every request of the client carries; arguments replace them.
 * @throws ConfigurationError where an argument is missing or wrong.
 */
export function composed(operation: Operation, args: Arguments, base: Base, common: HeaderPairs): Soon<Draft> {
  const draft = new Draft(operation.verb, base, filledPath(operation.path, pathTexts(operation, args)), operation.body?.encoding ?? "json");
  draft.placeHeader("Accept", accepted(operation.answers[0]?.contents ?? []));
  for (const [name, value] of common) draft.placeHeader(name, value);
  setParameters(operation, draft, args);
  return after(setBody(operation, draft, args["body"]), () => draft);
}

function accepted(contents: readonly ContentRow[]): string {
  if (contents.length < 2) return contents[0]?.mediaType ?? "*/*";
  return [...new Set(contents.map((content) => content.mediaType))].join(", ");
}

/**
 * Check what can be checked before anything is written.
 *
 * @throws ConfigurationError where the arguments are none, or one is not the operation's.
 */
export function checkArguments(operation: Operation, args: Arguments): void {
  if (typeof args !== "object" || args === null) throw new ConfigurationError(`${operation.id}: the arguments are one object`);
  checkVerb(operation.id, operation.verb);
  for (const name of Object.keys(args)) {
    if (name !== "body" && !operation.parameters.some((row) => row.property === name)) {
      throw new ConfigurationError(`argument ${name}: ${operation.id} has no such argument`);
    }
  }
}

/** @throws ConfigurationError where `fetch` refuses to send such a request. */
export function checkVerb(id: string, verb: string): void {
  if (UNSENDABLE.has(verb)) throw new ConfigurationError(`${id}: fetch can't send a ${verb} request`);
}

/**
 * Where an API is, from its address.
 *
 * @throws ConfigurationError where that is none.
 */
export function baseOf(text: string): Base {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new ConfigurationError("baseUrl is no absolute URL");
  }
  if (!["http:", "https:"].includes(url.protocol) || url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "") {
    throw new ConfigurationError("baseUrl must be http or https, without user, query and fragment");
  }
  const { origin, protocol, host, hostname, port, pathname } = url;
  return { origin, secure: protocol === "https:", host, hostname: hostname.replace(/^\[(.*)\]$/, "$1"), port, path: pathname.replace(/\/+$/, "") };
}

function writing(row: ParameterRow): Writing {
  const style = row.style ?? (row.in === "path" || row.in === "header" ? "simple" : "form");
  return { name: row.wireName ?? row.property, style, explode: row.explode ?? style === "form", json: row.json === true };
}

/** An argument as JSON; undefined where it is not given. */
function argument(row: ParameterRow, args: Arguments): JsonValue | undefined {
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

function pathTexts(operation: Operation, args: Arguments): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const row of operation.parameters) {
    if (row.in !== "path") continue;
    const value = argument(row, args) ?? null;
    texts.set(row.wireName ?? row.property, value === null ? "" : pathText(writing(row), value));
  }
  return texts;
}

function setParameters(operation: Operation, draft: Draft, args: Arguments): void {
  const cookies: string[] = [];
  for (const row of operation.parameters) {
    if (row.in === "path") continue;
    const value = argument(row, args);
    if (value === undefined) continue;
    if (row.in === "query") draft.addQuery(row.reserved ? reservedPairs(writing(row), value) : queryPairs(writing(row), value));
    else if (row.in === "header") draft.placeHeader(row.wireName ?? row.property, headerText(writing(row), value));
    else cookies.push(...queryPairs({ ...writing(row), explode: false }, value).map((pair) => joinedPairs([pair])));
  }
  if (cookies.length > 0) draft.placeHeader("Cookie", cookies.join("; "));
}

function setBody(operation: Operation, draft: Draft, value: unknown): Soon<void> {
  const body = operation.body;
  if (body === undefined) {
    if (value !== undefined) throw new ConfigurationError(`argument body: ${operation.id} takes none`);
    return undefined;
  }
  if (value !== undefined) return draft.setBody(body.encoding, body.mediaType, written("body", body.codec, value));
  if (!body.required) return undefined;
  if (!canBeEmpty(body.codec)) throw new ConfigurationError("argument body: is missing");
  return draft.setBody(body.encoding, body.mediaType, new Map());
}

function canBeEmpty(codec: AnyCodec): boolean {
  return "optional" in codec && codec.optional === true;
}
