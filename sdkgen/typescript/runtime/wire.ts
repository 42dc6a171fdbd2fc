/** How values become the text of paths, queries, headers, cookies and bodies. */

import { Decimal } from "./decimal.js";
import { ConfigurationError } from "./errors.js";
import { hashed } from "./hash.js";
import { type Bytes, type JsonValue, writeJson } from "./json.js";
import { after, type Soon } from "./soon.js";

/** OpenAPI's ways to write a parameter. */
export type Style = "form" | "simple" | "spaceDelimited" | "pipeDelimited" | "deepObject" | "label" | "matrix";

/** How one parameter is written. */
export interface Writing {
  readonly name: string;
  readonly style: Style;
  readonly explode: boolean;
  /** Whether the value travels as JSON text. */
  readonly json: boolean;
}

/** A name and its value, both percent-encoded. */
export type Pair = readonly [name: string, value: string];

const utf8 = new TextEncoder();

/** Everything but the unreserved characters of RFC 3986 as `%XX`. */
export function percentEncoded(plain: string): string {
  if (/^[\w.~-]*$/.test(plain)) return plain;
  let encoded: string;
  try {
    encoded = encodeURIComponent(plain);
  } catch {
    throw new ConfigurationError("a text with half a surrogate pair can't be sent");
  }
  return encoded.replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The text of a value outside JSON. */
export function plainText(value: JsonValue | Uint8Array): string {
  if (typeof value === "string") return value;
  if (value instanceof Decimal) return value.toPlain();
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return writeJson(value);
}

const encodedText = (value: JsonValue): string => percentEncoded(plainText(value));

function members(value: JsonValue): readonly (readonly [string, JsonValue])[] {
  return value instanceof Map ? [...(value as ReadonlyMap<string, JsonValue>)].filter(([, member]) => member !== null) : [];
}

const DELIMITERS: Readonly<Partial<Record<Style, string>>> = { spaceDelimited: "%20", pipeDelimited: "%7C" };

/** A query parameter or form cookie as pairs; none where there is nothing to send. */
export function queryPairs(writing: Writing, value: JsonValue): readonly Pair[] {
  const name = percentEncoded(writing.name);
  if (value === null) return [];
  if (writing.json) return [[name, percentEncoded(writeJson(value))]];
  if (Array.isArray(value)) {
    const items = value.map(encodedText);
    if (writing.explode || writing.style === "deepObject") return items.map((item): Pair => [name, item]);
    return items.length === 0 ? [] : [[name, items.join(DELIMITERS[writing.style] ?? ",")]];
  }
  if (!(value instanceof Map)) return [[name, encodedText(value)]];
  if (writing.style === "deepObject") return deepPairs(writing.name, value as ReadonlyMap<string, JsonValue>);
  if (writing.explode) return members(value).map(([key, member]): Pair => [percentEncoded(key), encodedText(member)]);
  const flat = members(value).flatMap(([key, member]) => [percentEncoded(key), encodedText(member)]);
  return flat.length === 0 ? [] : [[name, flat.join(",")]];
}

/** Reserved characters that neither end nor split a pair, and that no client writes anew. */
const RESERVED: ReadonlyMap<string, string> = new Map([...":/?@!$()*;,"].map((mark) => [`%${mark.charCodeAt(0).toString(16).toUpperCase()}`, mark]));

/** The same with such characters of values as they are; commas that are no delimiters stay encoded where commas join. */
export function reservedPairs(writing: Writing, value: JsonValue): readonly Pair[] {
  const joined = !writing.explode && (Array.isArray(value) || value instanceof Map);
  const plain = (triple: string): string => (joined && triple === "%2C" ? triple : (RESERVED.get(triple) ?? triple));
  return queryPairs(writing, value).map(([name, text]): Pair => [name, text.replace(/%[0-9A-F]{2}/g, plain)]);
}

function deepPairs(name: string, value: ReadonlyMap<string, JsonValue>): readonly Pair[] {
  return members(value).flatMap(([key, member]): readonly Pair[] => {
    const inner = `${name}[${key}]`;
    if (member instanceof Map) return deepPairs(inner, member as ReadonlyMap<string, JsonValue>);
    if (Array.isArray(member)) return member.map((item: JsonValue): Pair => [percentEncoded(inner), encodedText(item)]);
    return [[percentEncoded(inner), encodedText(member)]];
  });
}

/** A path parameter's text. */
export function pathText(writing: Writing, value: JsonValue): string {
  if (writing.json) return percentEncoded(writeJson(value));
  const name = percentEncoded(writing.name);
  const [prefix, separator] = writing.style === "label" ? [".", "."] : writing.style === "matrix" ? [";", ";"] : ["", ","];
  const exploded = (named: readonly string[]): string => (named.length === 0 ? "" : prefix + named.join(separator));
  const joined = (items: readonly string[]): string => {
    if (items.length === 0) return "";
    return writing.style === "matrix" ? `;${name}=${items.join(",")}` : prefix + items.join(",");
  };
  if (Array.isArray(value)) {
    const items = value.map(encodedText);
    if (!writing.explode) return joined(items);
    return exploded(writing.style === "matrix" ? items.map((item) => `${name}=${item}`) : items);
  }
  if (value instanceof Map) {
    if (writing.explode) return exploded(members(value).map(([key, member]) => `${percentEncoded(key)}=${encodedText(member)}`));
    return joined(members(value).flatMap(([key, member]) => [percentEncoded(key), encodedText(member)]));
  }
  return joined([encodedText(value)]);
}

/**
 * The path with its parameters in their places.
 *
 * @throws ConfigurationError where a segment comes out empty or as `.` or `..`: a server would answer for another path.
 */
export function filledPath(template: string, texts: ReadonlyMap<string, string>): string {
  return template
    .split("/")
    .map((segment) => {
      const filled = segment.replace(/\{([^{}]*)\}/g, (_, name: string) => texts.get(name) ?? "");
      if (filled !== segment && (filled === "" || filled === "." || filled === "..")) {
        throw new ConfigurationError(`argument ${segment}: would lead to another path`);
      }
      return filled;
    })
    .join("/");
}

/** A header parameter's text. */
export function headerText(writing: Writing, value: JsonValue): string {
  if (writing.json) return writeJson(value);
  if (Array.isArray(value)) return value.map(plainText).join(",");
  if (value instanceof Map) {
    const pairs = members(value);
    return pairs.map(([key, member]) => `${key}${writing.explode ? "=" : ","}${plainText(member)}`).join(",");
  }
  return plainText(value);
}

/** Headers that say where a request ends and whom it is for; who could set them could make it another request. */
const FRAMING = /^(?:connection|content-length|expect|host|te|trailer|transfer-encoding|upgrade)$/i;

/**
 * Check that a text can stand in a header.
 *
 * @throws ConfigurationError where it holds controls or characters beyond Latin-1, or no call may set the header. The text itself is not in the message.
 */
export function checkedHeader(name: string, value: string): string {
  if (FRAMING.test(name) || !/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) throw new ConfigurationError(`header ${JSON.stringify(name)}: is none that a call may set`);
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) throw new ConfigurationError(`header ${name}: holds characters that no header can carry`);
  return value;
}

/** A form's fields as pairs. */
export function formPairs(value: JsonValue): Pair[] {
  if (!(value instanceof Map)) throw new ConfigurationError("argument body: a form is made from an object");
  return members(value).flatMap(([key, member]): Pair[] => {
    if (Array.isArray(member)) return member.map((item: JsonValue): Pair => [percentEncoded(key), encodedText(item)]);
    return [[percentEncoded(key), encodedText(member)]];
  });
}

/** Pairs as they stand on the wire. */
export function joinedPairs(pairs: readonly Pair[]): string {
  return pairs.map(([name, value]) => `${name}=${value}`).join("&");
}

interface MultipartPart {
  readonly head: string;
  readonly content: Uint8Array;
}

/** A multipart body with its boundary, which is made from the content: the same call is the same bytes. */
export function multipart(value: JsonValue): Soon<{ readonly bytes: Bytes; readonly boundary: string }> {
  if (!(value instanceof Map)) throw new ConfigurationError("argument body: a multipart form is made from an object");
  const parts = members(value).flatMap(([key, member]) => multipartParts(key, member));
  return after(hashed("sha256", concatenated(parts.map((part) => part.content))), (digest) => {
    const boundary = hex(digest).slice(0, 32);
    const pieces = parts.flatMap((part) => [utf8.encode(`--${boundary}\r\n${part.head}\r\n\r\n`), part.content, utf8.encode("\r\n")]);
    return { bytes: concatenated([...pieces, utf8.encode(`--${boundary}--\r\n`)]), boundary };
  });
}

function multipartParts(key: string, value: JsonValue | Uint8Array): readonly MultipartPart[] {
  const name = key.replace(/["\r\n]/g, (mark) => percentEncoded(mark));
  const head = `Content-Disposition: form-data; name="${name}"`;
  if (value instanceof Uint8Array) {
    return [{ head: `${head}; filename="${name}"\r\nContent-Type: application/octet-stream`, content: value }];
  }
  const single = (item: unknown): boolean => !(item instanceof Map) && !Array.isArray(item);
  if (Array.isArray(value) && value.every(single)) return value.flatMap((item: JsonValue) => multipartParts(key, item));
  if (single(value)) return [{ head, content: utf8.encode(plainText(value)) }];
  return [{ head: `${head}\r\nContent-Type: application/json`, content: utf8.encode(writeJson(value)) }];
}

/** Byte strings one after another. */
export function concatenated(pieces: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

const HEX = /* @__PURE__ */ Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Bytes as lower-case hexadecimal. */
export function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += HEX[byte] as string;
  return text;
}
