/** JSON values one after the other, as NDJSON, JSON Lines and RFC 7464 have them in a body. */

import { DecodeError } from "./errors.js";
import { type JsonValue, parseJson, writeJson } from "./json.js";

/** Begins each value of a JSON text sequence. */
const SEPARATOR = "\x1e";

/**
 * The JSON of a text.
 *
 * @param what - Whose text it is.
 * @throws DecodeError where it is none.
 */
export function json(text: string, what: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    throw new DecodeError(`${what} is no JSON: ${error instanceof Error ? error.message : ""}`);
  }
}

/**
 * The values of a body, in order. Lines without one are passed over.
 *
 * @throws DecodeError where a line is no JSON; the path tells which value it would be.
 */
export function parsedLines(body: string): readonly JsonValue[] {
  const sequence = body.startsWith(SEPARATOR);
  const values: JsonValue[] = [];
  for (const piece of body.split(sequence ? SEPARATOR : "\n")) {
    const text = piece.replace(/^[ \t\r\n]+/, "");
    if (text === "") continue;
    try {
      // RFC 7464, section 2.4: without the white space after it, a number may have lost digits.
      if (sequence && !/["\]}\s]$/.test(text)) throw new DecodeError("the value may be cut off");
      values.push(json(text, "the line"));
    } catch (error) {
      throw error instanceof DecodeError ? error.within(`[${values.length}]`) : error;
    }
  }
  return values;
}

/** The items of a list as a body of that media type. */
export function linesText(items: JsonValue, mediaType: string): string {
  const before = /^[^;]*json-seq\s*(?:;|$)/i.test(mediaType) ? SEPARATOR : "";
  return (Array.isArray(items) ? items : []).map((item: JsonValue) => `${before}${writeJson(item)}\n`).join("");
}
