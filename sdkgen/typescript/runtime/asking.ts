/** What replies to requests over a stream say: their status, and whether they refuse. */

import type { ErrorTable } from "./behaviour.js";
import { Decimal } from "./decimal.js";
import { type ApiError, apiError } from "./errors.js";
import type { FailureReader } from "./failure.js";
import type { JsonValue } from "./json.js";
import { type Step, textAt } from "./place.js";
import type { Recipe } from "./recipe.js";
import type { MatchTable } from "./stream.js";
import { NO_HEADERS } from "./transport.js";

/** How requests over a stream are signed, and how their replies are read. */
export interface AskingTable {
  readonly recipe?: Recipe;
  /** Where replies say that they refuse, where they do so elsewhere than the answers of calls. */
  readonly errors?: ErrorTable;
  /** Where a reply's status stands. */
  readonly status?: readonly Step[];
  /** Where the milliseconds to wait stand, or the instant to wait for. */
  readonly retryAfter?: readonly Step[];
  /** What says only that the request came. */
  readonly acknowledged?: MatchTable;
}

const LONGEST_WAIT_MS = 1_000 * 60 * 60 * 24 * 365;

/** What a reply says of itself in the numbers of HTTP; 0 where it says nothing. */
export function statusOf(document: JsonValue, table: AskingTable): number {
  const text = table.status === undefined ? undefined : textAt(document, NO_HEADERS, table.status);
  return text !== undefined && /^[1-5]\d\d$/.test(text) ? Number(text) : 0;
}

/**
 * The error of a reply that says no, by its status, its kind, an error in it, or the places that are known.
 *
 * @param isError - Whether its kind is one of refusals.
 * @param now - Milliseconds since 1970.
 */
export function refusalIn(document: JsonValue, isError: boolean, table: AskingTable, reader: FailureReader, now: number): ApiError | undefined {
  const status = statusOf(document, table);
  if (!isError && status < 400 && !saysNo(document) && reader.succeeded(document, NO_HEADERS)) return undefined;
  return apiError({ status, retryAfterMs: waitMs(document, table, now), headers: new Headers(), ...reader.spoken(document) });
}

function saysNo(document: JsonValue): boolean {
  if (!(document instanceof Map)) return false;
  const error = (document as ReadonlyMap<string, JsonValue>).get("error");
  if (error instanceof Map) return error.size > 0;
  return error === true || ((typeof error === "string" || Array.isArray(error)) && error.length > 0);
}

function waitMs(document: JsonValue, table: AskingTable, now: number): number | null {
  const text = table.retryAfter === undefined ? undefined : textAt(document, NO_HEADERS, table.retryAfter);
  if (text === undefined || !/^\d{1,18}$/.test(text)) return null;
  const given = Number(text);
  return Math.min(Math.max(0, given > LONGEST_WAIT_MS ? given - now : given), LONGEST_WAIT_MS);
}

/** An id as its message's own type. */
export function identifier(as: "text" | "bigint" | "decimal", id: string): string | bigint | Decimal {
  if (as === "text") return id;
  return as === "bigint" ? BigInt(id) : new Decimal(id);
}
