/** Undoes the content codings of answers (RFC 9110, section 8.4), for platforms that leave that to us. */

import { DecodeError } from "./errors.js";
import { tooLong } from "./transport.js";

interface Bounds {
  readonly maxOutputLength: number;
}

/** What is needed of `node:zlib`. */
export interface ZlibModule {
  readonly gunzipSync: (bytes: Uint8Array, bounds: Bounds) => Uint8Array;
  readonly inflateSync: (bytes: Uint8Array, bounds: Bounds) => Uint8Array;
  readonly inflateRawSync: (bytes: Uint8Array, bounds: Bounds) => Uint8Array;
  readonly brotliDecompressSync: (bytes: Uint8Array, bounds: Bounds) => Uint8Array;
}

/** The codings that an answer may come in, as a request says it. */
export const ACCEPTED_CODINGS = "gzip, deflate, br";

/** Nobody encodes twice; whoever does it often means harm. */
const MOST_CODINGS = 2;

/** The largest answer that `node:zlib` is asked for. */
const MOST_BYTES = 0x7fff_ffff;

/**
 * An answer's body without its codings.
 *
 * @param codings - The header `content-encoding`.
 * @throws DecodeError where it is longer than the limit, or can't be read.
 */
export function withoutCodings(zlib: ZlibModule, codings: string | null, bytes: Uint8Array, limit: number): Uint8Array {
  if (codings === null || bytes.length === 0) return bytes;
  const names = codings.split(",").map((name) => name.trim().toLowerCase());
  const applied = names.filter((name) => name !== "" && name !== "identity");
  if (applied.length > MOST_CODINGS) throw new DecodeError("the answer is encoded too often");
  return applied.reduceRight((encoded, name) => decoded(zlib, name, encoded, limit), bytes);
}

function decoded(zlib: ZlibModule, coding: string, bytes: Uint8Array, limit: number): Uint8Array {
  const undo = undoing(zlib, coding, bytes);
  if (undo === undefined) throw new DecodeError("the answer's content encoding is none of those that were asked for");
  try {
    return undo(bytes, { maxOutputLength: Math.min(Math.max(limit, 1), MOST_BYTES) });
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === "ERR_BUFFER_TOO_LARGE") throw tooLong(limit);
    throw new DecodeError(`the answer is no ${coding}`);
  }
}

function undoing(zlib: ZlibModule, coding: string, bytes: Uint8Array): ZlibModule["gunzipSync"] | undefined {
  switch (coding) {
    case "gzip":
    case "x-gzip":
      return zlib.gunzipSync;
    case "deflate":
      // Some servers leave out the zlib wrapper, whose first byte ends in the method's number, 8 (RFC 1950).
      return ((bytes[0] ?? 0) & 0x0f) === 8 ? zlib.inflateSync : zlib.inflateRawSync;
    case "br":
      return zlib.brotliDecompressSync;
    default:
      return undefined;
  }
}
