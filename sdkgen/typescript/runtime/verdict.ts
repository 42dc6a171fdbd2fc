/** What is known after a failed attempt, and so whether another one is safe. */

import { ApiError, ConfigurationError, DecodeError, type SdkError, TimeoutError, TransportError } from "./errors.js";

/**
 * - `undone`: not carried out; safe to repeat.
 * - `clock`: not carried out, because the clock is wrong.
 * - `unknown`: nobody knows.
 * - `final`: the answer says it all.
 */
export type Known = "undone" | "clock" | "unknown" | "final";

const UNKNOWN_STATUSES: ReadonlySet<number> = new Set([408, 500, 502, 503, 504]);

/** What became of the request that ended in this error. */
export function known(error: SdkError): Known {
  if (error instanceof TransportError || error instanceof TimeoutError) return error.sent ? "unknown" : "undone";
  if (error instanceof ConfigurationError || error instanceof DecodeError) return "final";
  if (!(error instanceof ApiError)) return "unknown";
  if (error.status === 418 || error.status === 429 || error.refusal === "rate_limit" || error.refusal === "unavailable") return "undone";
  if (error.refusal === "clock") return "clock";
  if (UNKNOWN_STATUSES.has(error.status) || error.refusal === "unknown_outcome") return "unknown";
  return "final";
}
