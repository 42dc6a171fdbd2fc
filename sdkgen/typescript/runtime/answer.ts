/** From the answer's bytes to its typed value. */

import { DecodeError } from "./errors.js";
import { type JsonValue, parseJson } from "./json.js";
import { json, parsedLines } from "./lines.js";
import type { ContentRow, Operation } from "./operation.js";

/** A successful answer between its bytes and its typed value. */
export interface Body {
  /** Its text, where it has one. */
  readonly text: string | undefined;
  /** Its exact JSON, where it has some. */
  readonly document: JsonValue | undefined;
}

const NO_BODY: Body = { text: undefined, document: undefined };

/**
 * The answer's text and JSON.
 *
 * @throws DecodeError where the description promises JSON or text and it is none.
 */
export function bodyOf(content: ContentRow | undefined, bytes: Uint8Array): Body {
  if (content === undefined) return undescribedBody(bytes);
  if (content.encoding === "binary") return NO_BODY;
  const text = utf8(bytes);
  if (content.encoding === "lines") return { text, document: parsedLines(text) };
  if (content.encoding !== "json" || text === "") return { text, document: undefined };
  return { text, document: json(text, "the answer") };
}

/** What would tell of a refusal: it stands alone, also where lines were asked for. */
export function telling(content: ContentRow | undefined, body: Body): JsonValue | undefined {
  const lines = content?.encoding === "lines" ? (body.document as readonly JsonValue[]) : undefined;
  return lines?.length === 1 ? lines[0] : body.document;
}

/** An answer whose body is described nowhere: nothing, JSON as it came, or text. */
export function undescribedBody(bytes: Uint8Array): Body {
  if (bytes.length === 0) return NO_BODY;
  const text = utf8(bytes);
  try {
    return { text, document: parseJson(text) };
  } catch {
    return { text, document: undefined };
  }
}

/**
 * The typed value of a successful answer.
 *
 * @throws DecodeError where it does not fit its type.
 */
export function decoded(operation: Operation, content: ContentRow | undefined, body: Body, bytes: Uint8Array): unknown {
  if (content === undefined) return body.document ?? body.text;
  if (content.encoding === "binary") return Uint8Array.from(bytes); // what came may be a piece of something larger
  if (content.encoding !== "json" && content.encoding !== "lines") return body.text;
  if (body.document !== undefined) return content.codec.decode(body.document) as unknown;
  if (operation.answers.some((answer) => answer.contents.length === 0)) return undefined;
  throw new DecodeError("the answer is no JSON: it is empty");
}

const UTF8 = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true });

function utf8(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new DecodeError("the answer is no UTF-8");
  }
}
