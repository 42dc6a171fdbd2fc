/** Reads an error answer: the exchange's own code and words, whatever it calls them. */

import { Decimal } from "./decimal.js";
import type { ErrorTable, Refusal } from "./behaviour.js";
import type { ApiErrorDetails } from "./errors.js";
import { type JsonValue, parseJson, writeJson } from "./json.js";
import { type Place, textAt } from "./place.js";
import { type Head, type HeaderReader, NO_HEADERS } from "./transport.js";

const CODES = ["code", "error_code", "errorCode", "err_code", "errCode", "retCode", "ret_code", "errno", "sCode"];
const MESSAGES = [
  "message",
  "msg",
  "error_message",
  "errorMessage",
  "retMsg",
  "ret_msg",
  "error_description",
  "detail",
  "description",
  "reason",
];
const NESTED = ["error", "errors", "err"];
const LONGEST_MESSAGE = 500;
const LONGEST_WAIT_MS = 1_000 * 60 * 60 * 24 * 365;

/** Reads the error answers of one exchange. */
export class FailureReader {
  readonly #table: ErrorTable;
  readonly #codes: ReadonlyMap<string, Refusal>;
  readonly #secrets: readonly string[];
  readonly #now: () => number;

  /**
   * @param secrets - Texts that must not stand in a message, even where the exchange repeats them.
   * @param now - The exchange's time as well as it is known, against which dates to wait for are held.
   */
  constructor(table: ErrorTable, secrets: readonly string[], now: () => number) {
    this.#table = table;
    this.#codes = new Map(table.codes);
    this.#secrets = secrets;
    this.#now = now;
  }

  /** Whether an answer that looks like a success is one. */
  succeeded(document: JsonValue | undefined, headers: HeaderReader): boolean {
    return (this.#table.success ?? []).every(([place, texts]) => {
      const text = textAt(document, headers, place);
      return text === undefined || texts.includes(text);
    });
  }

  /** What an error answer says. */
  read(answer: Head, bytes: Uint8Array): ApiErrorDetails {
    const body = hidden(new TextDecoder().decode(bytes), this.#secrets);
    const document = parsed(body);
    const told = (places: readonly Place[] | undefined): string | undefined => first(document, answer, places ?? []);
    const code = told(this.#table.code) ?? found(document, CODES) ?? null;
    return {
      message: shown(told(this.#table.message) ?? words(document) ?? (answer.statusText || `the exchange answered ${answer.status}`)),
      status: answer.status,
      code,
      refusal: (code === null ? undefined : this.#codes.get(code)) ?? null,
      retryAfterMs: retryAfterMs(answer.get("retry-after"), this.#now()),
      headers: answer.headers,
      body,
    };
  }

  /** What a document says that came by other ways than HTTP, such as a stream. */
  spoken(document: JsonValue): Pick<ApiErrorDetails, "code" | "message" | "refusal" | "body"> {
    const code = first(document, NO_HEADERS, this.#table.code ?? []) ?? found(document, CODES) ?? null;
    const said = first(document, NO_HEADERS, this.#table.message ?? []) ?? words(document) ?? "the exchange refused";
    const refusal = (code === null ? undefined : this.#codes.get(code)) ?? null;
    return { code, message: shown(hidden(said, this.#secrets)), refusal, body: hidden(writeJson(document), this.#secrets) };
  }
}

function first(document: JsonValue | undefined, headers: HeaderReader, places: readonly Place[]): string | undefined {
  for (const place of places) {
    const text = textAt(document, headers, place);
    if (text !== undefined && text !== "" && text !== "null") return text;
  }
  return undefined;
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

/** The first of the named members that holds text or a number, looked for in `error` and `errors` as well. */
function found(value: JsonValue | undefined, names: readonly string[], depth = 0): string | undefined {
  const document = Array.isArray(value) ? (value[0] as JsonValue | undefined) : value;
  if (!(document instanceof Map) || depth > 3) return undefined;
  const members = document as ReadonlyMap<string, JsonValue>;
  for (const name of names) {
    const member = members.get(name);
    if (typeof member === "string" && member !== "") return member;
    if (member instanceof Decimal) return member.toPlain();
  }
  for (const name of NESTED) {
    const inner = found(members.get(name), names, depth + 1);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** The exchange's own words. */
function words(document: JsonValue | undefined): string | undefined {
  if (typeof document === "string") return document;
  const said = found(document, MESSAGES);
  if (said !== undefined || !(document instanceof Map)) return said;
  const members = document as ReadonlyMap<string, JsonValue>;
  const listed = NESTED.flatMap((name) => members.get(name) ?? []).filter((each) => typeof each === "string" && each !== "");
  return listed.length === 0 ? undefined : listed.join("; ");
}

/** `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3). */
function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\d{1,15}(?:\.\d+)?$/.test(header.trim())) return Math.min(Math.floor(Number(header) * 1_000), LONGEST_WAIT_MS);
  const instant = Date.parse(header);
  return Number.isNaN(instant) ? null : Math.min(Math.max(0, instant - now), LONGEST_WAIT_MS);
}
