/** JSON that loses nothing: numbers keep their digits, object keys are data and can't touch a prototype. */

import { Decimal, decimalOf } from "./decimal.js";

/**
 * Any JSON value. What is read has `Decimal` for every number and `Map` for every object; what is written may hold `bigint` as well.
 */
export type JsonValue = null | boolean | string | Decimal | bigint | readonly JsonValue[] | ReadonlyMap<string, JsonValue>;

/** Bytes that WebCrypto and `fetch` take: not shared with another thread. */
export type Bytes = Uint8Array & { readonly buffer: ArrayBuffer };

/** How deep arrays and objects may be nested. */
const MAX_DEPTH = 500;

/** The text is no JSON. */
export class JsonSyntaxError extends SyntaxError {
  override readonly name = "JsonSyntaxError";

  constructor(what: string, offset: number) {
    super(`${what} at offset ${offset}`);
  }
}

/**
 * Write one JSON document without white space. Bytes are text in UTF-8.
 *
 * @throws TypeError where something is no JSON value, or bytes are no UTF-8.
 */
export function writeJson(value: JsonValue | Uint8Array): string {
  if (value === null || typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof Decimal) return value.toPlain();
  if (value instanceof Uint8Array) return JSON.stringify(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(value));
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => writeJson(item)).join(",")}]`;
  if (value instanceof Map) {
    const members: string[] = [];
    for (const [key, member] of value as ReadonlyMap<string, JsonValue>) members.push(`${JSON.stringify(key)}:${writeJson(member)}`);
    return `{${members.join(",")}}`;
  }
  throw new TypeError("a JSON value is null, a boolean, a string, a Decimal, a bigint, an array or a Map");
}

/** The document that is being read, and where. One is read at a time and at once; fields of an object would cost a third more time. */
let source = "";
let at = 0;

/**
 * Read one JSON document. The last of several equal keys counts.
 *
 * @throws JsonSyntaxError where it is none, or is nested too deep.
 */
export function parseJson(text: string): JsonValue {
  source = text;
  at = 0;
  try {
    const value = readValue(0);
    nextCode();
    if (at < source.length) throw new JsonSyntaxError("something stands after the value", at);
    return value;
  } finally {
    source = "";
  }
}

/** Go over white space; the code of what follows. */
function nextCode(): number {
  for (;;) {
    const code = source.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code;
    at += 1;
  }
}

function readValue(depth: number): JsonValue {
  if (depth > MAX_DEPTH) throw new JsonSyntaxError(`nested deeper than ${MAX_DEPTH}`, at);
  switch (nextCode()) {
    case 0x22:
      return readString();
    case 0x7b:
      return readObject(depth);
    case 0x5b:
      return readArray(depth);
    case 0x74:
      return readWord("true", true);
    case 0x66:
      return readWord("false", false);
    case 0x6e:
      return readWord("null", null);
    default:
      return readNumber();
  }
}

function readWord<T>(word: string, value: T): T {
  if (!source.startsWith(word, at)) throw new JsonSyntaxError("no JSON value", at);
  at += word.length;
  return value;
}

function readNumber(): Decimal {
  const start = at;
  let end = source.charCodeAt(start) === 0x2d ? start + 1 : start;
  if (source.charCodeAt(end) === 0x30) end += 1;
  else end = afterDigits(end);
  if (source.charCodeAt(end) === 0x2e) end = afterDigits(end + 1);
  if ((source.charCodeAt(end) | 0x20) === 0x65) {
    const sign = source.charCodeAt(end + 1);
    end = afterDigits(sign === 0x2b || sign === 0x2d ? end + 2 : end + 1);
  }
  at = end;
  return decimalOf(source.slice(start, end));
}

/** The end of the digits that begin here; there must be one. */
function afterDigits(from: number): number {
  let end = from;
  for (let code = source.charCodeAt(end); code >= 0x30 && code <= 0x39; code = source.charCodeAt(end)) end += 1;
  if (end === from) throw new JsonSyntaxError(end >= source.length ? "the text ends too early" : "no JSON value", end);
  return end;
}

function readString(): string {
  const text = source;
  const start = at + 1;
  let escaped = false;
  for (let end = start; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code === 0x22) {
      at = end + 1;
      return escaped ? unescaped(text.slice(start - 1, at), start - 1) : text.slice(start, end);
    }
    if (code < 0x20) throw new JsonSyntaxError("a control character in a string", end);
    if (code === 0x5c) {
      escaped = true;
      end += 1;
    }
  }
  throw new JsonSyntaxError("a string without an end", start - 1);
}

function unescaped(quoted: string, start: number): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw new JsonSyntaxError("a wrong escape in a string", start);
  }
}

function readArray(depth: number): JsonValue[] {
  const items: JsonValue[] = [];
  at += 1;
  if (nextCode() === 0x5d) {
    at += 1;
    return items;
  }
  do items.push(readValue(depth + 1));
  while (goesOn(0x5d));
  return items;
}

function readObject(depth: number): Map<string, JsonValue> {
  const members = new Map<string, JsonValue>();
  at += 1;
  if (nextCode() === 0x7d) {
    at += 1;
    return members;
  }
  do {
    if (nextCode() !== 0x22) throw new JsonSyntaxError("a key is missing", at);
    const key = readString();
    if (nextCode() !== 0x3a) throw new JsonSyntaxError('":" is missing', at);
    at += 1;
    members.set(key, readValue(depth + 1));
  } while (goesOn(0x7d));
  return members;
}

/** Whether a comma follows, and not this end; goes over either. */
function goesOn(end: number): boolean {
  const code = nextCode();
  if (code !== 0x2c && code !== end) throw new JsonSyntaxError('"," is missing', at);
  at += 1;
  return code === 0x2c;
}

/** Bytes as base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/**
 * Base64 or base64url, padded or not, as bytes.
 *
 * @throws RangeError where it is neither.
 */
export function fromBase64(text: string): Bytes {
  const plain = text.replace(/[\s=]/g, "").replaceAll("-", "+").replaceAll("_", "/");
  let binary: string;
  try {
    binary = atob(plain);
  } catch {
    throw new RangeError("no base64");
  }
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
