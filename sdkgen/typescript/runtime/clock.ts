/** The exchange's time, read from its answer. */

import type { ClockTable } from "./behaviour.js";
import { DecodeError } from "./errors.js";
import type { JsonValue } from "./json.js";
import { textAt } from "./place.js";
import type { TimestampFormat } from "./recipe.js";
import { NO_HEADERS } from "./transport.js";

/** How many of its units are a millisecond. */
const UNITS: Readonly<Record<Exclude<TimestampFormat, "iso-milliseconds">, number>> = {
  seconds: 0.001,
  "decimal-seconds": 0.001,
  milliseconds: 1,
  microseconds: 1_000,
  nanoseconds: 1_000_000,
};

/**
 * How far the exchange's clock is ahead: its time less the middle of the local times before and after.
 *
 * @throws DecodeError where the answer holds no instant in its place.
 */
export function clockOffsetMs(clock: ClockTable, document: JsonValue | undefined, sentMs: number, receivedMs: number): number {
  const text = textAt(document, NO_HEADERS, clock.place) ?? "";
  const instant = clock.format === "iso-milliseconds" ? Date.parse(text) : Number(text) / UNITS[clock.format];
  if (text === "" || !Number.isFinite(instant)) throw new DecodeError("the answer does not say what time it is");
  return Math.round(instant - (sentMs + receivedMs) / 2);
}
