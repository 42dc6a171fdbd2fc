/** Texts that tell one request from another: instants and random identifiers. */

import type { TimestampFormat } from "./recipe.js";
import { hex } from "./wire.js";

/** An instant (milliseconds since 1970) as text. */
export function instantText(instant: bigint, format: TimestampFormat): string {
  switch (format) {
    case "seconds":
      return (instant / 1_000n).toString();
    case "milliseconds":
      return instant.toString();
    case "microseconds":
      return (instant * 1_000n).toString();
    case "nanoseconds":
      return (instant * 1_000_000n).toString();
    case "decimal-seconds":
      return `${instant / 1_000n}.${(instant % 1_000n).toString().padStart(3, "0")}`;
    case "iso-milliseconds":
      return new Date(Number(instant)).toISOString();
  }
}

/** A random UUID, version 4 (RFC 9562); `crypto.randomUUID` is missing on pages that are not secure. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const digits = hex(bytes);
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join("-");
}
