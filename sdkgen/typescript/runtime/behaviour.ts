/** How an exchange wants to be treated beyond single requests, as data. */

import type { Operation } from "./operation.js";
import type { Place } from "./place.js";
import type { TimestampFormat } from "./recipe.js";

/** What an exchange's own error code means, in words that all exchanges share. */
export type Refusal =
  | "invalid_request"
  | "authentication"
  | "permission"
  | "clock"
  | "rate_limit"
  | "unknown_symbol"
  | "invalid_order"
  | "insufficient_funds"
  | "unknown_order"
  | "duplicate_order"
  | "market_closed"
  | "unavailable"
  | "unknown_outcome";

/** Where an answer says that, and why, the exchange refused. */
export interface ErrorTable {
  /** Places, and the texts that mean success there. */
  readonly success?: readonly (readonly [place: Place, texts: readonly string[]])[];
  /** Where the exchange's code may stand. */
  readonly code?: readonly Place[];
  /** Where its words may stand. */
  readonly message?: readonly Place[];
  readonly codes?: readonly (readonly [code: string, refusal: Refusal])[];
}

/** One budget that a client keeps to by itself. */
export interface RateLimit {
  readonly name: string;
  /** Weight that may be used in a window. */
  readonly requests: number;
  /** The window, in milliseconds. */
  readonly perMs: number;
  /** What an operation weighs that says nothing else. */
  readonly weight: number;
  readonly signedOnly?: true;
  readonly usedHeader?: string;
  readonly remainingHeader?: string;
  readonly resetHeader?: string;
  /** The milliseconds of one unit of `resetHeader`; 1,000 unless said otherwise. */
  readonly resetUnitMs?: number;
}

/** How the exchange's time is asked for. */
export interface ClockTable {
  readonly operation: Operation;
  readonly place: Place;
  readonly format: TimestampFormat;
}

/** What a package knows of its exchange's manners; what is not there is not known. */
export interface Behaviour {
  readonly errors?: ErrorTable;
  readonly limits?: readonly RateLimit[];
  readonly clock?: ClockTable;
}
