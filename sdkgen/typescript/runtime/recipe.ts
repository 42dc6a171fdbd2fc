/** What a signing recipe can say: the exchange's rules as data. */

import type { DigestName } from "./hash.js";
import type { Algorithm, SecretEncoding } from "./keys.js";

/** How an instant is written. */
export type TimestampFormat = "seconds" | "milliseconds" | "microseconds" | "nanoseconds" | "decimal-seconds" | "iso-milliseconds";

/** How a nonce is made. */
export type NonceFormat = "milliseconds" | "microseconds" | "nanoseconds" | "uuid" | "hex";

/** How bytes become text. */
export type TextEncoding = "raw" | "hex" | "base64" | "base64url";

/** What can be signed or placed. */
export type Value =
  | "key"
  | "signature"
  | "timestamp"
  | "nonce"
  | "expires"
  | "passphrase"
  | "signed-passphrase"
  | "window"
  | "literal"
  | "method"
  | "host"
  | "path"
  | "query"
  | "body"
  | "payload"
  | "group"
  | "members"
  | "pairs";

/** One part of the payload. */
export interface Part {
  readonly value: Value;
  readonly literal?: string;
  readonly parts?: readonly Part[];
  readonly digest?: DigestName;
  readonly encoding?: TextEncoding;
  readonly prefix?: string;
  readonly suffix?: string;
  readonly strip?: string;
  readonly decoded?: boolean;
  readonly optional?: boolean;
}

/** One value's place in the request. */
export interface Placement {
  readonly carrier: "header" | "query" | "body";
  readonly name: string;
  readonly value: Value;
  readonly literal?: string;
  readonly prefix?: string;
  readonly strip?: string;
  readonly number?: boolean;
  /** The object of a JSON body that takes it; the body itself where undefined. */
  readonly within?: string;
}

/** One member of a token's header or claims. */
export interface Claim {
  readonly name: string;
  readonly parts: readonly Part[];
  readonly number?: boolean;
}

/** How an exchange wants a request signed. */
export interface Recipe {
  readonly algorithm: Algorithm;
  readonly placements: readonly Placement[];
  readonly payload: readonly Part[];
  readonly prehash?: DigestName;
  readonly output: TextEncoding;
  readonly secretEncoding: SecretEncoding;
  readonly timestamp: TimestampFormat;
  readonly nonce: NonceFormat;
  readonly windowMs: number;
  readonly lifetimeMs: number;
  readonly jwtHeader: readonly Claim[];
  readonly jwtClaims: readonly Claim[];
}

/** Where the values of parts stand. */
export function* partValues(parts: readonly Part[]): Iterable<Value> {
  for (const part of parts) {
    yield part.value;
    yield* partValues(part.parts ?? []);
  }
}
