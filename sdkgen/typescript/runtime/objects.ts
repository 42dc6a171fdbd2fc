/** Objects with known properties, and unions of types: the codecs that choose. */

import { type AnyCodec, any, type Codec, into, pathStep, UNKNOWN_KEY, wrong } from "./codecs.js";
import { DecodeError } from "./errors.js";
import type { JsonValue } from "./json.js";

/** One property: its name in TypeScript, its codec, whether it must be there (1) or not (0), and its JSON key where that differs. */
export type PropertyRow = readonly [property: string, codec: AnyCodec, required: 0 | 1, wireName?: string];

/** What every object type has beside its own properties. */
export interface Extra {
  /** Keys that the description does not name: kept, and written back. */
  readonly extra?: ReadonlyMap<string, JsonValue>;
}

/** What is particular about an object type. */
export interface ObjectOptions {
  /** The property that keeps keys which the description does not name; `extra` unless a property is called so. */
  readonly extra?: string;
  /** The type of those keys' values, where the description gives one. */
  readonly extraValues?: () => AnyCodec;
}

interface Property {
  readonly name: string;
  readonly wireName: string;
  readonly codec: AnyCodec;
  readonly required: boolean;
}

/** An object with known properties. */
export function object<T extends object>(rows: () => readonly PropertyRow[], options: ObjectOptions = {}): Codec<T> & { readonly optional: boolean } {
  return new ObjectCodec<T>(rows, options);
}

class ObjectCodec<T extends object> implements Codec<T> {
  readonly #rows: () => readonly PropertyRow[];
  readonly #extra: string;
  readonly #extraValues: () => AnyCodec;
  #properties: readonly Property[] | undefined;
  #byWireName: ReadonlyMap<string, Property> = new Map();
  #names: ReadonlySet<string> = new Set();

  constructor(rows: () => readonly PropertyRow[], options: ObjectOptions) {
    this.#rows = rows;
    this.#extra = options.extra ?? "extra";
    this.#extraValues = options.extraValues ?? (() => any);
  }

  /** Whether an object without any property is complete. */
  get optional(): boolean {
    return !this.#known().some((property) => property.required);
  }

  #known(): readonly Property[] {
    if (this.#properties === undefined) {
      this.#properties = this.#rows().map(([name, codec, required, wireName]) => ({ name, codec, required: required === 1, wireName: wireName ?? name }));
      this.#byWireName = new Map(this.#properties.map((property) => [property.wireName, property]));
      this.#names = new Set([...this.#properties.map((property) => property.name), this.#extra]);
    }
    return this.#properties;
  }

  decode(value: JsonValue): T {
    const properties = this.#known();
    if (!(value instanceof Map)) throw wrong("an object", value);
    const decoded: Record<string, unknown> = {};
    let extra: Map<string, unknown> | undefined;
    let at = "";
    try {
      for (const [key, member] of value as ReadonlyMap<string, JsonValue>) {
        at = key;
        const property = this.#byWireName.get(key);
        if (property !== undefined) decoded[property.name] = property.codec.decode(member);
        else (extra ??= new Map<string, unknown>()).set(key, this.#extraValues().decode(member));
      }
    } catch (error) {
      throw error instanceof DecodeError ? error.within(pathStep(at)) : error;
    }
    for (const property of properties) {
      if (property.required && !value.has(property.wireName)) throw problem("is missing", property.wireName);
    }
    if (extra !== undefined) decoded[this.#extra] = extra;
    return decoded as T;
  }

  encode(value: T): JsonValue {
    const properties = this.#known();
    if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Map) throw wrong("an object", value);
    const given = value as Record<string, unknown>;
    for (const name of Object.keys(given)) {
      if (!this.#names.has(name) && given[name] !== undefined) throw problem("is not a property of this type", name);
    }
    const encoded = new Map<string, JsonValue>();
    for (const property of properties) {
      const member = Object.hasOwn(given, property.name) ? given[property.name] : undefined;
      if (member !== undefined) encoded.set(property.wireName, into(property.name, () => property.codec.encode(member)));
      else if (property.required) throw problem("is missing", property.name);
    }
    this.#encodeExtra(Object.hasOwn(given, this.#extra) ? given[this.#extra] : undefined, encoded);
    return encoded;
  }

  #encodeExtra(extra: unknown, encoded: Map<string, JsonValue>): void {
    if (extra === undefined) return;
    if (!(extra instanceof Map)) throw problem("expected a Map", this.#extra);
    for (const [key, member] of extra as ReadonlyMap<string, unknown>) {
      if (this.#byWireName.has(key)) throw problem("is a property of its own", this.#extra, key);
      encoded.set(key, into(key, () => this.#extraValues().encode(member)));
    }
  }

  misfit(value: JsonValue): number {
    const properties = this.#known();
    if (!(value instanceof Map)) return Infinity;
    if (properties.some((property) => property.required && !value.has(property.wireName))) return Infinity;
    let sum = 0;
    for (const [key, member] of value as ReadonlyMap<string, JsonValue>) {
      const property = this.#byWireName.get(key);
      if (property !== undefined) sum += property.codec.misfit(member);
      else sum += this.#extraValues() === any ? UNKNOWN_KEY : UNKNOWN_KEY + this.#extraValues().misfit(member);
    }
    return sum;
  }
}

function problem(what: string, ...steps: readonly string[]): DecodeError {
  return new DecodeError(what, steps.reduce((path, name) => path + pathStep(name), "$"));
}

/** The property that tells which variant an object is: its JSON key, and each value's codec. */
export interface DiscriminatorTable {
  readonly wireName: string;
  readonly variants: ReadonlyMap<string, AnyCodec>;
}

/**
 * Which variants a decoded object was read as (several, where unions nest), so that it is written back as the same. Copies are
 * told by their shape.
 */
const readAs = new WeakMap<object, AnyCodec[]>();

/** One of several types. The discriminator decides where there is one; else the variant that fits best, the first of equals. */
export function union<T>(variants: () => readonly AnyCodec[], discriminator?: () => DiscriminatorTable): Codec<T> {
  return new UnionCodec<T>(variants, discriminator);
}

class UnionCodec<T> implements Codec<T> {
  readonly #variants: () => readonly AnyCodec[];
  readonly #discriminator: () => DiscriminatorTable | undefined;

  constructor(variants: () => readonly AnyCodec[], discriminator?: () => DiscriminatorTable) {
    this.#variants = once(variants);
    this.#discriminator = discriminator === undefined ? () => undefined : once(discriminator);
  }

  decode(value: JsonValue): T {
    const chosen = this.#named(value) ?? this.#fitting(value);
    const decoded = chosen.decode(value) as unknown;
    if (typeof decoded === "object" && decoded !== null) {
      const before = readAs.get(decoded);
      if (before === undefined) readAs.set(decoded, [chosen]);
      else before.push(chosen);
    }
    return decoded as T;
  }

  #named(value: JsonValue): AnyCodec | undefined {
    const table = this.#discriminator();
    if (table === undefined || !(value instanceof Map)) return undefined;
    const name = (value as ReadonlyMap<string, JsonValue>).get(table.wireName);
    return name === undefined || name === null ? undefined : table.variants.get(String(name));
  }

  #fitting(value: JsonValue): AnyCodec {
    let best: AnyCodec | undefined;
    let least = Infinity;
    for (const variant of this.#variants()) {
      const misfit = variant.misfit(value);
      if (misfit < least) [best, least] = [variant, misfit];
    }
    if (best === undefined) throw new DecodeError(this.#whyNone(value));
    return best;
  }

  #whyNone(value: JsonValue): string {
    const reasons = this.#variants().map((variant) => {
      try {
        variant.decode(value);
        return "";
      } catch (error) {
        return error instanceof DecodeError ? `${error.path.slice(1)} ${error.problem}`.trim() : "";
      }
    });
    return `fits none of its ${reasons.length} variants (${reasons.join("; ").slice(0, 300)})`;
  }

  encode(value: T): JsonValue {
    const variants = this.#variants();
    const known = (typeof value === "object" && value !== null ? readAs.get(value) : undefined) ?? [];
    const same = known.find((codec) => variants.includes(codec) || this.#names(codec));
    if (same !== undefined) return same.encode(value);
    const written = variants.map((variant) => attempt(variant, value)).filter((attempted) => attempted !== undefined);
    const named = written.find((candidate) => this.#named(candidate.json) === candidate.codec);
    const best = named ?? written.reduce<Written | undefined>((least, next) => (least === undefined || next.misfit < least.misfit ? next : least), undefined);
    if (best === undefined) throw new DecodeError(`fits none of its ${variants.length} variants`);
    return best.json;
  }

  #names(codec: AnyCodec): boolean {
    return [...(this.#discriminator()?.variants.values() ?? [])].includes(codec);
  }

  misfit(value: JsonValue): number {
    const named = this.#named(value);
    if (named !== undefined) return named.misfit(value);
    return this.#variants().reduce((least, variant) => Math.min(least, variant.misfit(value)), Infinity);
  }
}

interface Written {
  readonly codec: AnyCodec;
  readonly json: JsonValue;
  readonly misfit: number;
}

function attempt(codec: AnyCodec, value: unknown): Written | undefined {
  try {
    const json = codec.encode(value);
    return { codec, json, misfit: codec.misfit(json) };
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
