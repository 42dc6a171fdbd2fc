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

const SPACE = /[ \t\r\n]*/y;

/** The text is no JSON. */
export class JsonSyntaxError extends SyntaxError {
  override readonly name = "JsonSyntaxError";

  constructor(what: string, offset: number) {
    super(`${what} at offset ${offset}`);
  }
}

/**
 * Read one JSON document. The last of several equal keys counts.
 *
 * @throws JsonSyntaxError where it is none, or is nested too deep.
 */
export function parseJson(text: string): JsonValue {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
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

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): JsonValue {
    if (depth > MAX_DEPTH) throw new JsonSyntaxError(`nested deeper than ${MAX_DEPTH}`, this.#at);
    this.#space();
    switch (this.#text.charCodeAt(this.#at)) {
      case 0x22:
        return this.#string();
      case 0x7b:
        return this.#object(depth);
      case 0x5b:
        return this.#array(depth);
      case 0x74:
        return this.#word("true", true);
      case 0x66:
        return this.#word("false", false);
      case 0x6e:
        return this.#word("null", null);
      default:
        return this.#number();
    }
  }

  end(): void {
    this.#space();
    if (this.#at < this.#text.length) throw new JsonSyntaxError("something stands after the value", this.#at);
  }

  #space(): void {
    const code = this.#text.charCodeAt(this.#at);
    if (code > 0x20) return;
    SPACE.lastIndex = this.#at;
    SPACE.test(this.#text);
    this.#at = SPACE.lastIndex;
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw new JsonSyntaxError("no JSON value", this.#at);
    this.#at += word.length;
    return value;
  }

  #number(): Decimal {
    const text = this.#text;
    const start = this.#at;
    let at = text.charCodeAt(start) === 0x2d ? start + 1 : start;
    if (text.charCodeAt(at) === 0x30) at += 1;
    else at = this.#digits(at);
    if (text.charCodeAt(at) === 0x2e) at = this.#digits(at + 1);
    if ((text.charCodeAt(at) | 0x20) === 0x65) {
      const sign = text.charCodeAt(at + 1);
      at = this.#digits(sign === 0x2b || sign === 0x2d ? at + 2 : at + 1);
    }
    this.#at = at;
    return decimalOf(text.slice(start, at));
  }

  /** The end of the digits that begin here; there must be one. */
  #digits(from: number): number {
    const text = this.#text;
    let at = from;
    for (let code = text.charCodeAt(at); code >= 0x30 && code <= 0x39; code = text.charCodeAt(at)) at += 1;
    if (at === from) throw new JsonSyntaxError(at >= text.length ? "the text ends too early" : "no JSON value", at);
    return at;
  }

  #string(): string {
    const text = this.#text;
    const start = this.#at;
    let escaped = false;
    for (let at = start + 1; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === 0x22) {
        this.#at = at + 1;
        return escaped ? this.#unescaped(start, at + 1) : text.slice(start + 1, at);
      }
      if (code < 0x20) throw new JsonSyntaxError("a control character in a string", at);
      if (code === 0x5c) {
        escaped = true;
        at += 1;
      }
    }
    throw new JsonSyntaxError("a string without an end", start);
  }

  #unescaped(start: number, end: number): string {
    try {
      return JSON.parse(this.#text.slice(start, end)) as string;
    } catch {
      throw new JsonSyntaxError("a wrong escape in a string", start);
    }
  }

  #array(depth: number): JsonValue[] {
    const items: JsonValue[] = [];
    this.#at += 1;
    if (this.#closes("]")) return items;
    for (;;) {
      items.push(this.value(depth + 1));
      if (this.#closes("]")) return items;
      this.#expect(",");
    }
  }

  #object(depth: number): Map<string, JsonValue> {
    const members = new Map<string, JsonValue>();
    this.#at += 1;
    if (this.#closes("}")) return members;
    for (;;) {
      this.#space();
      if (this.#text.charCodeAt(this.#at) !== 0x22) throw new JsonSyntaxError("a key is missing", this.#at);
      const key = this.#string();
      this.#expect(":");
      members.set(key, this.value(depth + 1));
      if (this.#closes("}")) return members;
      this.#expect(",");
    }
  }

  #closes(mark: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== mark) return false;
    this.#at += 1;
    return true;
  }

  #expect(mark: string): void {
    if (!this.#closes(mark)) throw new JsonSyntaxError(`"${mark}" is missing`, this.#at);
  }
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
