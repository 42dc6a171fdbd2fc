/** Bytes as text and back, as signing recipes ask for it. */

import { ConfigurationError } from "./errors.js";
import { type Bytes, type JsonValue, parseJson, toBase64, writeJson } from "./json.js";
import type { TextEncoding } from "./recipe.js";
import { hex } from "./wire.js";

const utf8 = new TextEncoder();
const UTF8 = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes as text of this kind. */
export function encodedText(bytes: Uint8Array, encoding: TextEncoding): string {
  switch (encoding) {
    case "raw":
      return utf8Text(bytes);
    case "hex":
      return hex(bytes);
    case "base64":
      return toBase64(bytes);
    case "base64url":
      return base64url(bytes);
  }
}

/** Bytes that are text. */
export function utf8Text(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new ConfigurationError("a signature or payload of raw bytes can't be placed as text");
  }
}

/** Base64 for URLs and tokens, without padding (RFC 7515). */
export function base64url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Percent-encoding taken off; a per cent sign that begins none stays. */
export function percentDecoded(bytes: Bytes): Bytes {
  const decoded: number[] = [];
  for (let at = 0; at < bytes.length; at += 1) {
    const digits = bytes[at] === 0x25 ? String.fromCharCode(bytes[at + 1] ?? 0, bytes[at + 2] ?? 0) : "";
    if (/^[0-9a-fA-F]{2}$/.test(digits)) {
      decoded.push(Number.parseInt(digits, 16));
      at += 2;
    } else {
      decoded.push(bytes[at] ?? 0);
    }
  }
  return Uint8Array.from(decoded);
}

/** A member of a JSON body, or all of it, without punctuation: keys sorted by their bytes, each followed by its value. */
export function membersText(body: Bytes, name: string): string {
  const value = memberOf(body, name);
  return value === undefined ? "" : runTogether(value);
}

/** An object in a JSON body, or all of it, as `key=value` with `&` between, keys sorted by their bytes. */
export function pairsText(body: Bytes, name: string): string {
  const value = memberOf(body, name);
  if (!(value instanceof Map)) return "";
  const plain = (member: JsonValue): string => (typeof member === "string" ? member : writeJson(member));
  return sorted([...(value as ReadonlyMap<string, JsonValue>)].map(([key, member]) => ({ order: hex(utf8.encode(key)), text: `${key}=${plain(member)}` }))).join("&");
}

/** A member of a JSON body that is an object, or all of it. */
function memberOf(body: Bytes, name: string): JsonValue | undefined {
  let value: JsonValue;
  try {
    value = parseJson(utf8Text(body));
  } catch {
    return undefined;
  }
  if (!(value instanceof Map)) return undefined;
  return name === "" ? value : (value as ReadonlyMap<string, JsonValue>).get(name);
}

function sorted(texts: { readonly order: string; readonly text: string }[]): string[] {
  return texts.sort((one, other) => (one.order < other.order ? -1 : 1)).map(({ text }) => text);
}

function runTogether(value: JsonValue): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map((item: JsonValue) => runTogether(item)).join("");
  if (!(value instanceof Map)) return writeJson(value);
  const members = [...(value as ReadonlyMap<string, JsonValue>)].map(([key, member]) => ({ order: hex(utf8.encode(key)), text: key + runTogether(member) }));
  return sorted(members).join("");
}
