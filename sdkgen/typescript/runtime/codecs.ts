/** From JSON to typed values and back, strictly: what does not fit its type is an error, what the description does not know is kept. */

import { Decimal } from "./decimal.js";
import { ConfigurationError, DecodeError } from "./errors.js";
import type { JsonValue } from "./json.js";

/** How one type is read from JSON and written back. */
export interface Codec<T> {
  /**
   * The typed value of a JSON value.
   *
   * @throws DecodeError where it does not fit, with the place.
   */
  decode(value: JsonValue): T;
  /**
   * The JSON value of a typed value.
   *
   * @throws DecodeError where it is not of its type, with the place.
   */
  encode(value: T): JsonValue;
  /** How badly a JSON value fits: 0 is perfect, Infinity not at all. Unions choose their variant by it. */
  misfit(value: JsonValue): number;
}

// biome-ignore lint/suspicious/noExplicitAny: a table of codecs holds codecs of every type
export type AnyCodec = Codec<any>;

/** What a key costs that a type does not name. */
export const UNKNOWN_KEY = 1;
const INEXACT = 1;
const UNKNOWN_MEMBER = 1_000;
const UNTYPED = 1_000_000;

/** The start of a value, as an error message shows it. */
function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (value instanceof Map) return "an object";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Decimal) return `the number ${value.text.slice(0, 40)}`;
  if (value instanceof Uint8Array) return "bytes";
  if (typeof value === "string") return `the text ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
  if (typeof value === "object") return "an object";
  return `the ${typeof value} ${String(value).slice(0, 40)}`;
}

/** The error of a value that is not what was expected. */
export function wrong(expected: string, value: unknown): DecodeError {
  return new DecodeError(`expected ${expected}, found ${shown(value)}`);
}

/** Run one step into a value; an error learns where it happened. */
export function into<T>(step: string | number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw placed(error, step);
  }
}

/** The error, seen from one level further out. */
function placed(error: unknown, step: string | number): unknown {
  return error instanceof DecodeError ? error.within(pathStep(step)) : error;
}

/** Every item of a list through one function; an error learns at which it happened. */
function each<T>(items: readonly unknown[], work: (item: never, at: number) => T): T[] {
  const made = new Array<T>(items.length);
  let at = 0;
  try {
    for (; at < items.length; at += 1) made[at] = work(items[at] as never, at);
  } catch (error) {
    throw placed(error, at);
  }
  return made;
}

/** One step of a path: `.price`, `[3]` or `["a key"]`. */
export function pathStep(step: string | number): string {
  if (typeof step === "number") return `[${step}]`;
  return /^[A-Za-z_]\w*$/.test(step) ? `.${step}` : `[${JSON.stringify(step.slice(0, 80))}]`;
}

function scalar<T>(expected: string, fits: (value: unknown) => boolean): Codec<T> {
  const same = (value: unknown): never | unknown => {
    if (!fits(value)) throw wrong(expected, value);
    return value;
  };
  return {
    decode: (value) => same(value) as T,
    encode: (value) => same(value) as JsonValue,
    misfit: (value) => (fits(value) ? 0 : Infinity),
  };
}

/** Text. */
export const text: Codec<string> = {
  ...scalar<string>("text", (value) => typeof value === "string"),
  decode(value) {
    if (typeof value !== "string") throw wrong("text", value);
    return value;
  },
};

/** `true` or `false`. */
export const boolean: Codec<boolean> = scalar("true or false", (value) => typeof value === "boolean");

/** A number with a fraction, exact. */
export const decimal: Codec<Decimal> = {
  ...scalar<Decimal>("a Decimal", (value) => value instanceof Decimal),
  decode(value) {
    if (!(value instanceof Decimal)) throw wrong("a number", value);
    return value;
  },
};

/** Whether a number's text is a whole one: digits, perhaps after a minus. */
function isDigits(text: string): boolean {
  for (let at = text.charCodeAt(0) === 0x2d ? 1 : 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}

function whole(value: JsonValue): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (!(value instanceof Decimal)) return undefined;
  if (isDigits(value.text)) return BigInt(value.text);
  const found = /^(-?\d+)(?:\.0+)?$/.exec(value.toPlain());
  return found === null ? undefined : BigInt(found[1] ?? "0");
}

/** A whole number of any size. `5.0` and `5e0` are whole numbers too. */
export const integer: Codec<bigint> = {
  decode(value) {
    const found = whole(value);
    if (found === undefined) throw wrong("a whole number", value);
    return found;
  },
  encode(value) {
    if (typeof value !== "bigint") throw wrong("a bigint such as 10n", value);
    return value;
  },
  misfit(value) {
    if (whole(value) === undefined) return Infinity;
    return /^-?\d+$/.test(String(value)) ? 0 : INEXACT;
  },
};

/** Bytes. Inside JSON they stand as text in UTF-8. */
export const binary: Codec<Uint8Array> = {
  decode(value) {
    if (typeof value !== "string" || /\p{Surrogate}/u.test(value)) throw wrong("text that stands for bytes", value);
    return new TextEncoder().encode(value);
  },
  encode(value) {
    if (!(value instanceof Uint8Array)) throw wrong("bytes", value);
    // A leaf of its own: multipart and binary bodies send the bytes themselves, JSON writes them as text.
    return value as unknown as JsonValue;
  },
  misfit: (value) => (typeof value === "string" || (value as unknown) instanceof Uint8Array ? INEXACT : Infinity),
};

function isJson(value: unknown): boolean {
  if (value === null || value instanceof Decimal) return true;
  if (Array.isArray(value)) return value.every(isJson);
  if (value instanceof Map) return [...value].every(([key, member]) => typeof key === "string" && isJson(member));
  return typeof value === "boolean" || typeof value === "string" || typeof value === "bigint";
}

/** Any JSON value: the description does not say more. */
export const any: Codec<JsonValue> = {
  decode: (value) => value,
  encode(value) {
    if (!isJson(value)) throw wrong("a JSON value (null, boolean, text, Decimal, bigint, array or Map)", value);
    return value;
  },
  misfit: () => UNTYPED,
};

/** An open set of known values: others are kept. */
export function openEnum<T>(kind: Codec<T>, known: () => readonly JsonValue[]): Codec<T> {
  let texts: ReadonlySet<string> | undefined;
  return {
    decode: (value) => kind.decode(value),
    encode: (value) => kind.encode(value),
    misfit(value) {
      const misfit = kind.misfit(value);
      return misfit === Infinity || (texts ??= new Set(known().map(identity))).has(identity(value)) ? misfit : misfit + UNKNOWN_MEMBER;
    },
  };
}

function identity(value: JsonValue): string {
  return value instanceof Decimal || typeof value === "bigint" ? `n${String(value)}` : `${typeof value}${String(value)}`;
}

/** The inner type, or `null`. */
export function nullable<T>(inner: Codec<T>): Codec<T | null> {
  return {
    decode: (value) => (value === null ? null : inner.decode(value)),
    encode: (value) => (value === null ? null : inner.encode(value)),
    misfit: (value) => (value === null ? 0 : inner.misfit(value)),
  };
}

/** A list of any length. */
export function list<T>(items: Codec<T>): Codec<readonly T[]> {
  return {
    decode(value) {
      if (!Array.isArray(value)) throw wrong("a list", value);
      return each(value, (item: JsonValue) => items.decode(item));
    },
    encode(value) {
      if (!Array.isArray(value)) throw wrong("a list", value);
      return each(value, (item: T) => items.encode(item));
    },
    misfit(value) {
      if (!Array.isArray(value)) return Infinity;
      return value.reduce((sum: number, item: JsonValue) => sum + items.misfit(item), 0);
    },
  };
}

/** A list whose places have their own types; further places are kept. */
export function tuple<T extends readonly unknown[]>(items: readonly AnyCodec[], rest: AnyCodec = any): Codec<T> {
  const at = (place: number): AnyCodec => items[place] ?? rest;
  const long = (value: unknown): readonly unknown[] => {
    if (!Array.isArray(value)) throw wrong("a list", value);
    if (value.length < items.length) throw new DecodeError(`expected a list of ${items.length} or more places, found ${value.length}`);
    return value;
  };
  return {
    decode: (value) => each(long(value), (item: JsonValue, place) => at(place).decode(item) as unknown) as unknown as T,
    encode: (value) => each(long(value), (item: never, place) => at(place).encode(item)),
    misfit(value) {
      if (!Array.isArray(value) || value.length < items.length) return Infinity;
      return value.reduce((sum: number, item: JsonValue, place) => sum + (place < items.length ? at(place).misfit(item) : UNKNOWN_KEY), 0);
    },
  };
}

/** An object whose keys are data, as a `Map`: no key can touch a prototype, and their order stays. */
export function map<T>(values: Codec<T>): Codec<ReadonlyMap<string, T>> {
  return {
    decode(value) {
      if (!(value instanceof Map)) throw wrong("an object", value);
      const decoded = new Map<string, T>();
      for (const [key, member] of value as ReadonlyMap<string, JsonValue>) decoded.set(key, into(key, () => values.decode(member)));
      return decoded;
    },
    encode(value) {
      if (!(value instanceof Map)) throw wrong("a Map", value);
      const encoded = new Map<string, JsonValue>();
      for (const [key, member] of value as ReadonlyMap<string, T>) encoded.set(key, into(key, () => values.encode(member)));
      return encoded;
    },
    misfit(value) {
      if (!(value instanceof Map)) return Infinity;
      let sum = 0;
      for (const member of value.values()) sum += values.misfit(member as JsonValue);
      return sum;
    },
  };
}

/** A codec that is made when it is first used, so that types may name each other in any order. */
export function lazy<T>(make: () => Codec<T>): Codec<T> {
  let made: Codec<T> | undefined;
  const codec = (): Codec<T> => (made ??= make());
  return {
    decode: (value) => codec().decode(value),
    encode: (value) => codec().encode(value),
    misfit: (value) => codec().misfit(value),
  };
}

/** What a value that was written as JSON by its codec turned out to be wrong about, as an error of the caller. */
export function asArgumentError(name: string, error: unknown): unknown {
  if (!(error instanceof DecodeError)) return error;
  return new ConfigurationError(`argument ${name}${error.path.slice(1)}: ${error.problem}`);
}
