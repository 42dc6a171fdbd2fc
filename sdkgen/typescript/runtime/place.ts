/** Places in JSON documents and typed values: where an answer holds what a client must read by itself. */

import type { JsonValue } from "./json.js";
import type { HeaderReader } from "./transport.js";
import { plainText } from "./wire.js";

/** One step: a member's name (or a list's index as digits), or `null` for any item of a list. */
export type Step = string | null;

/** Where something stands: steps into the answer, or the name of a header. */
export type Place = readonly Step[] | { readonly header: string };

/** The first value at a place of a document; undefined where there is none. */
export function valueAt(document: unknown, steps: readonly Step[]): unknown {
  let value = document;
  for (let at = 0; at < steps.length; at += 1) {
    const step = steps[at] as Step;
    if (step === null) {
      if (!Array.isArray(value)) return undefined;
      const rest = steps.slice(at + 1);
      for (const item of value) {
        const found = valueAt(item, rest);
        if (found !== undefined) return found;
      }
      return undefined;
    }
    value = memberOf(value, step);
    if (value === undefined) return undefined;
  }
  return value;
}

function memberOf(value: unknown, step: string): unknown {
  if (value instanceof Map) return value.get(step) as unknown;
  if (Array.isArray(value)) return /^\d{1,9}$/.test(step) ? (value[Number(step)] as unknown) : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  return Object.hasOwn(value, step) ? (value as Record<string, unknown>)[step] : undefined;
}

/** The text at a place of an answer: JSON text where an object or a list stands there, undefined where nothing does. */
export function textAt(document: JsonValue | undefined, headers: HeaderReader, place: Place): string | undefined {
  if ("header" in place) return headers.get(place.header) ?? undefined;
  const value = valueAt(document, place) as JsonValue | undefined;
  return value === undefined ? undefined : plainText(value);
}
