/** What a client needs to know of an operation, as data. */

import type { AnyCodec } from "./codecs.js";
import type { Encoding } from "./request.js";
import type { Style } from "./wire.js";

/** One argument outside the body. */
export interface ParameterRow {
  /** The argument's name in TypeScript. */
  readonly property: string;
  /** Its name on the wire, where that differs. */
  readonly wireName?: string;
  readonly in: "path" | "query" | "header" | "cookie";
  readonly codec: AnyCodec;
  readonly required?: true;
  /** `simple` in paths and headers, else `form`, unless said otherwise. */
  readonly style?: Style;
  /** What the style implies, unless said otherwise. */
  readonly explode?: boolean;
  /** Whether it travels as JSON text. */
  readonly json?: true;
  /** Whether its values keep the reserved characters that mean nothing in a query. */
  readonly reserved?: true;
}

/** One way to write a body. */
export interface ContentRow {
  readonly mediaType: string;
  readonly encoding: Encoding;
  readonly codec: AnyCodec;
}

/** The body that an operation takes. */
export interface BodyRow extends ContentRow {
  readonly required?: true;
}

/** An answer that means success: a status such as `200`, `2XX` or `default`, and what its body may be. */
export interface AnswerRow {
  readonly status: string;
  readonly contents: readonly ContentRow[];
}

/** One thing that a client can ask of the exchange. */
export interface Operation {
  /** The description's own name of it. */
  readonly id: string;
  /** The property of the client that holds its method, and the method. */
  readonly method: readonly [group: string, name: string];
  readonly verb: string;
  /** The path template, each parameter as `{name}`. */
  readonly path: string;
  /** Whether the request proves who calls: always, or only where the client has credentials. */
  readonly signed?: true | "optional";
  /** Which placements of the signing recipe it has a place for; all of them where absent. */
  readonly placements?: readonly number[];
  /** A base URL of its own. */
  readonly server?: string;
  /** What it weighs in each rate limit, where that is not the limit's usual weight. */
  readonly weights?: readonly number[];
  /** Whether twice is once, although it is no GET. */
  readonly repeatable?: true;
  /** Where its arguments hold the client order id that makes it safe to repeat. */
  readonly orderId?: readonly string[];
  readonly parameters: readonly ParameterRow[];
  readonly body?: BodyRow;
  readonly answers: readonly AnswerRow[];
}

/** An operation, and what its method takes and gives. */
export interface TypedOperation<Arguments extends object, Result> extends Operation {
  /** Only for the type checker. */
  readonly types?: (args: Arguments) => Result;
}

/** The media type without its parameters, in lower case. */
export function bareMediaType(mediaType: string): string {
  return (mediaType.split(";")[0] ?? "").trim().toLowerCase();
}

/** What the body of a successful answer is; undefined where the description knows of none. */
export function contentOf(operation: Operation, status: number, mediaType: string): ContentRow | undefined {
  const { answers } = operation;
  const described = (wanted: string): AnswerRow | undefined => answers.find((answer) => answer.status.toUpperCase() === wanted);
  const answer = described(String(status)) ?? described(`${String(status)[0]}XX`) ?? described("DEFAULT") ?? answers[0];
  const contents = answer?.contents ?? [];
  if (contents.length < 2) return contents[0];
  const bare = bareMediaType(mediaType);
  return contents.find((content) => bareMediaType(content.mediaType) === bare) ?? contents[0];
}
