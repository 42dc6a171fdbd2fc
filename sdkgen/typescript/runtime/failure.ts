/** Reads an error answer: the exchange's own code and words, whatever it calls them. */

import { Decimal } from "./decimal.js";
import type { ApiErrorDetails } from "./errors.js";
import { type JsonValue, parseJson } from "./json.js";

const CODES = ["code", "error_code", "errorCode", "err_code", "errCode", "retCode", "sCode", "status_code"];
const MESSAGES = ["message", "msg", "error_message", "errorMessage", "error_description", "retMsg", "sMsg", "detail", "description", "reason"];
const NESTED = ["error", "errors", "data", "result"];
const LONGEST_MESSAGE = 500;

/**
 * What an error answer says.
 *
 * @param secrets - Texts that must not stand in the message, even where the exchange repeats them.
 */
export function failure(response: Response, bytes: Uint8Array, secrets: readonly string[]): ApiErrorDetails {
  const body = hidden(new TextDecoder().decode(bytes), secrets);
  const document = parsed(body);
  const said = document === undefined ? undefined : found(document, MESSAGES, 0);
  return {
    message: shown(said ?? (response.statusText || `the exchange answered ${response.status}`)),
    status: response.status,
    code: (document === undefined ? undefined : found(document, CODES, 0)) ?? null,
    retryAfterMs: retryAfterMs(response.headers.get("retry-after")),
    headers: response.headers,
    body,
  };
}

function hidden(text: string, secrets: readonly string[]): string {
  return secrets.reduce((cleaned, secret) => (secret.length < 4 ? cleaned : cleaned.replaceAll(secret, "***")), text);
}

/** One line without controls, bidirectional overrides and zero-width characters. */
function shown(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ").trim().slice(0, LONGEST_MESSAGE);
}

function parsed(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function found(value: JsonValue, names: readonly string[], depth: number): string | undefined {
  if (Array.isArray(value)) return value.length === 0 ? undefined : found(value[0] as JsonValue, names, depth + 1);
  if (!(value instanceof Map) || depth > 3) return undefined;
  const members = value as ReadonlyMap<string, JsonValue>;
  for (const name of names) {
    const member = members.get(name);
    if (typeof member === "string" && member !== "") return member;
    if (member instanceof Decimal) return member.text;
  }
  for (const name of NESTED) {
    const member = members.get(name);
    if (typeof member === "string" && member !== "" && names === MESSAGES && name.startsWith("error")) return member;
    const inner = member === undefined ? undefined : found(member, names, depth + 1);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3). */
function retryAfterMs(header: string | null): number | null {
  if (header === null) return null;
  if (/^\d{1,9}(?:\.\d+)?$/.test(header.trim())) return Math.ceil(Number(header) * 1_000);
  const instant = Date.parse(header);
  return Number.isNaN(instant) ? null : Math.max(0, instant - Date.now());
}
