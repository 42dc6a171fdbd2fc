/** Documents with holes, filled, and messages told by what they hold. */

import { ConfigurationError } from "./errors.js";
import { Decimal } from "./decimal.js";
import { type JsonValue, parseJson, writeJson } from "./json.js";
import { valueAt } from "./place.js";
import type { MatchTable, MessageRow, Template } from "./stream.js";
import { plainText } from "./wire.js";

/** What stands for a hole's name; undefined where nothing does. */
export type Values = (name: string) => string | undefined;

const HOLE = /\{([^{}]*)\}/g;

/** A text with its holes filled. */
export function filledText(text: string, values: Values): string {
  return text.replace(HOLE, (_, name: string) => {
    const value = values(name);
    if (value === undefined) throw new ConfigurationError(`nothing is known to send for {${name}}`);
    return value;
  });
}

/** The JSON text of a document with its holes filled; `{name#}` alone becomes a number. */
export function filled(template: Template, values: Values): string {
  return writeJson(filledValue(parseJson(template), values));
}

function filledValue(value: JsonValue, values: Values): JsonValue {
  if (typeof value === "string") {
    const number = /^\{([^{}#]*)#\}$/.exec(value);
    return number === null ? filledText(value, values) : new Decimal(filledText(`{${number[1] ?? ""}}`, values));
  }
  if (Array.isArray(value)) return value.map((item: JsonValue) => filledValue(item, values));
  if (value instanceof Map) return new Map([...(value as ReadonlyMap<string, JsonValue>)].map(([key, member]) => [key, filledValue(member, values)]));
  return value;
}

/** Whether a message is meant. */
export function matches(document: JsonValue, match: MatchTable, values: Values): boolean {
  return match.every(([place, text]) => {
    const found = valueAt(document, place) as JsonValue | undefined;
    if (found === undefined) return false;
    if (text === "*") return true;
    const shown = plainText(found);
    return text.includes("{") ? shown === text.replace(HOLE, (hole, name: string) => values(name) ?? hole) : shown === text;
  });
}

/** Which kind of message a document is; undefined where nobody described it. */
export function kindOf<Row extends MessageRow>(document: JsonValue, rows: readonly Row[]): Row | undefined {
  let best: Row | undefined;
  for (const row of rows) {
    if (row.marks.length > (best?.marks.length ?? 0) && row.marks.every(([path, texts]) => holds(document, path, texts))) best = row;
  }
  if (best !== undefined) return best;
  const unmarked = rows.filter((row) => row.marks.length === 0);
  if (unmarked.length < 2) return unmarked[0];
  const misfits = unmarked.map((row) => row.codec.misfit(document));
  const least = Math.min(...misfits);
  return least === Infinity ? undefined : unmarked[misfits.indexOf(least)];
}

/** Whether a document can be of its likeliest kind: by its marks, where that has none by its type. */
export function isOf(document: JsonValue, kind: MessageRow | undefined): boolean {
  return kind !== undefined && (kind.marks.length > 0 || kind.codec.misfit(document) !== Infinity);
}

function holds(document: JsonValue, path: readonly string[], texts: readonly string[]): boolean {
  const found = valueAt(document, path) as JsonValue | undefined;
  return found !== undefined && texts.includes(plainText(found));
}
