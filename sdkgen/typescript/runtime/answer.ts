/** From the answer's bytes to its typed value. */

import { any } from "./codecs.js";
import { DecodeError } from "./errors.js";
import { type JsonValue, parseJson } from "./json.js";
import { contentOf, type Operation } from "./operation.js";
import { concatenated } from "./wire.js";

/** An answer, read to its end. */
export interface Received {
  readonly response: Response;
  readonly bytes: Uint8Array;
}

/** Read the whole body, up to a limit. */
export async function received(response: Response, limit: number): Promise<Uint8Array> {
  if (response.body === null) return new Uint8Array();
  const reader = response.body.getReader();
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > limit) {
      await reader.cancel();
      throw new DecodeError(`the answer is longer than ${limit} bytes`);
    }
    pieces.push(value);
  }
  return concatenated(pieces);
}

/**
 * The typed value of a successful answer.
 *
 * @throws DecodeError where it does not fit its type.
 */
export function decoded(operation: Operation, response: Response, bytes: Uint8Array): unknown {
  const mediaType = response.headers.get("content-type") ?? "";
  const content = contentOf(operation, response.status, mediaType);
  if (content === undefined) return undescribed(bytes);
  if (content.encoding === "binary") return bytes;
  const text = utf8(bytes);
  if (content.encoding === "text" || content.encoding === "form" || content.encoding === "multipart") return text;
  if (text === "" && operation.answers.some((answer) => answer.contents.length === 0)) return undefined;
  return content.codec.decode(json(text)) as unknown;
}

/** An answer whose body is described nowhere: nothing, JSON as it came, or text. */
function undescribed(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined;
  const text = utf8(bytes);
  try {
    return any.decode(parseJson(text));
  } catch {
    return text;
  }
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new DecodeError("the answer is no UTF-8");
  }
}

function json(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    throw new DecodeError(`the answer is no JSON: ${error instanceof Error ? error.message : ""}`);
  }
}

