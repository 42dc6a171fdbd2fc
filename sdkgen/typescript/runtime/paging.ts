/** Reads an operation to its end, page after page. */

import type { AnyCodec } from "./codecs.js";
import type { Core } from "./core.js";
import { Decimal } from "./decimal.js";
import { DecodeError } from "./errors.js";
import { type JsonValue, writeJson } from "./json.js";
import type { TypedOperation } from "./operation.js";
import type { AnswerInfo, CallOptions } from "./options.js";
import { type Place, type Step, valueAt } from "./place.js";

/** How one operation is read to its end. Steps go through typed values. */
export interface PagingTable {
  readonly kind: "cursor" | "page" | "offset" | "last";
  /** The method that reads it so. */
  readonly method: string;
  /** The argument that asks for the next page, and its codec. */
  readonly argument: readonly string[];
  readonly codec: AnyCodec;
  /** The list in the answer, and the codec of its items. */
  readonly items: readonly Step[];
  readonly item: AnyCodec;
  /** The cursor in the answer, or the value in the last item. */
  readonly next?: Place;
  /** The number of the first page, or of its first item. */
  readonly first?: number;
  /** What is added to the last item's value. */
  readonly step?: number;
}

/** An operation that is read page by page. */
export interface PagedOperation<Arguments extends object, Result, Item> extends TypedOperation<Arguments, Result> {
  readonly paging: PagingTable;
  /** Only for the type checker. */
  readonly itemType?: (item: Item) => void;
}

/** Every item, page after page; the next page is asked for when the last one is used up. */
export async function* iterate<Arguments extends object, Result, Item>(
  core: Core,
  operation: PagedOperation<Arguments, Result, Item>,
  args: Arguments,
  options?: CallOptions,
): AsyncGenerator<Item, void, undefined> {
  const { paging } = operation;
  const seen = new Set<string>();
  let next = start(paging, valueAt(args, paging.argument) ?? undefined);
  let asked = next === undefined ? args : placed(args, paging.argument, next);
  let headers = new Headers();
  const onAnswer = (answer: AnswerInfo): void => {
    headers = answer.headers;
    options?.onAnswer?.(answer);
  };
  for (;;) {
    const page = await core.call(operation, asked, { ...options, onAnswer });
    const items = itemsOf<Item>(page, paging);
    yield* items;
    if (items.length === 0) return;
    const mark = paging.kind === "cursor" ? cursor(page, headers, paging) : writeJson(paging.item.encode(items.at(-1)) as JsonValue);
    if (mark === "" || seen.has(mark)) return;
    seen.add(mark);
    next = following(paging, mark, items, next);
    asked = placed(args, paging.argument, next);
  }
}

/** What the first page is asked for by; undefined where nothing is said. */
function start(paging: PagingTable, given: unknown): unknown {
  if (given !== undefined || paging.kind === "cursor" || paging.kind === "last") return given;
  return argument(paging, String(paging.first ?? (paging.kind === "page" ? 1 : 0)));
}

function following(paging: PagingTable, mark: string, items: readonly unknown[], last: unknown): unknown {
  switch (paging.kind) {
    case "cursor":
      return argument(paging, mark);
    case "page":
      return argument(paging, String(whole(last) + 1n));
    case "offset":
      return argument(paging, String(whole(last) + BigInt(items.length)));
    case "last": {
      const place = paging.next ?? [];
      const value = plain("header" in place ? undefined : valueAt(items.at(-1), place));
      return argument(paging, paging.step ? String(whole(value) + BigInt(paging.step)) : value);
    }
  }
}

function itemsOf<Item>(page: unknown, paging: PagingTable): readonly Item[] {
  const items = valueAt(page, paging.items) ?? [];
  if (items === null) return [];
  if (!Array.isArray(items)) throw new DecodeError(`expected a page's list of items at ${paging.items.join(".")}`);
  return items as readonly Item[];
}

function cursor(page: unknown, headers: Headers, paging: PagingTable): string {
  const place = paging.next ?? [];
  if ("header" in place) return headers.get(place.header) ?? "";
  const value = valueAt(page, place);
  return value === undefined || value === null || value === false ? "" : plain(value);
}

/** A typed value's text. */
function plain(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Decimal) return value.toPlain();
  if (typeof value === "bigint") return String(value);
  throw new DecodeError("a page does not say how to go on");
}

function whole(value: unknown): bigint {
  const text = plain(value);
  if (!/^-?\d{1,40}$/.test(text)) throw new DecodeError("a page's number is no whole number");
  return BigInt(text);
}

/** A text as the argument's own type. */
function argument(paging: PagingTable, text: string): unknown {
  if (paging.codec.misfit(text) !== Infinity) return paging.codec.decode(text);
  if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text)) return paging.codec.decode(new Decimal(text));
  throw new DecodeError("a page's cursor does not fit the argument that takes it");
}

/** The arguments with another value in one place. */
function placed<Arguments extends object>(args: Arguments, path: readonly string[], value: unknown): Arguments {
  const [name, ...rest] = path;
  if (name === undefined) return args;
  const inner = (args as Record<string, unknown>)[name] ?? {};
  return { ...args, [name]: rest.length === 0 ? value : placed(inner as object, rest, value) };
}
