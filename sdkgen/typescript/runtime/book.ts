/** An order book kept from messages: levels in order, exact, and the rules by which messages follow each other. */

import { type ChecksumTable, isSumOf } from "./booksum.js";
import { Decimal } from "./decimal.js";
import { DecodeError } from "./errors.js";
import type { JsonValue } from "./json.js";
import { type Step, valueAt } from "./place.js";
import { plainText } from "./wire.js";

/** One price and what is offered there. */
export type BookLevel = readonly [price: Decimal, quantity: Decimal];

/** How a book's messages are numbered. */
export type Numbering = "consecutive" | "previous" | "range" | "growing";

/** Where a message holds levels and numbers. */
export interface BookPlaces {
  readonly bids: readonly Step[];
  readonly asks: readonly Step[];
  readonly price: readonly Step[];
  readonly quantity: readonly Step[];
  readonly sequence?: readonly Step[];
  readonly previous?: readonly Step[];
  readonly first?: readonly Step[];
  /** Where a change is one level by itself: the word that tells its side, and what it is for bids. */
  readonly side?: readonly Step[];
  readonly bid?: string;
  readonly numbering: Numbering;
  /** How many levels of each side the stream goes on telling of, where not of all. */
  readonly depth?: number;
  readonly checksum?: ChecksumTable;
}

/** What became of a message: applied, known already, or something is missing before it (by its number, or by its checksum). */
export type Fate = "applied" | "stale" | "gap";

const MAX_LEVELS = 200_000;
const MAX_SCALE = 1_000;

interface Entry {
  readonly level: BookLevel;
  /** The price as a whole number of the side's smallest unit so far. */
  key: bigint;
}

/** One side of a book, best price first. */
class Side {
  readonly #ascending: boolean;
  #entries: Entry[] = [];
  #scale = 0;

  constructor(ascending: boolean) {
    this.#ascending = ascending;
  }

  get best(): Entry | undefined {
    return this.#entries[0];
  }

  get scale(): number {
    return this.#scale;
  }

  levels(most = this.#entries.length): readonly BookLevel[] {
    return this.#entries.slice(0, most).map((entry) => entry.level);
  }

  /** Forget what lies deeper. */
  keep(most: number): void {
    if (this.#entries.length > most) this.#entries.length = most;
  }

  set(price: Decimal, quantity: Decimal): void {
    const key = this.#key(price);
    const at = this.#place(key);
    const there = this.#entries[at]?.key === key;
    if (isZero(quantity)) {
      if (there) this.#entries.splice(at, 1);
      return;
    }
    const entry: Entry = { level: [price, quantity], key };
    if (there) this.#entries[at] = entry;
    else this.#entries.splice(at, 0, entry);
    if (this.#entries.length > MAX_LEVELS) throw new DecodeError(`a book with more than ${MAX_LEVELS} levels`);
  }

  #place(key: bigint): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = (this.#entries[middle] as Entry).key;
      if (this.#ascending ? other < key : other > key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #key(price: Decimal): bigint {
    const text = price.toPlain();
    const point = text.indexOf(".");
    const scale = point < 0 ? 0 : text.length - point - 1;
    if (scale > MAX_SCALE || /[eE]/.test(text)) throw new DecodeError("a price beyond all measure");
    if (scale > this.#scale) {
      const factor = 10n ** BigInt(scale - this.#scale);
      for (const entry of this.#entries) entry.key *= factor;
      this.#scale = scale;
    }
    const digits = BigInt(point < 0 ? text : text.slice(0, point) + text.slice(point + 1));
    return scale === this.#scale ? digits : digits * 10n ** BigInt(this.#scale - scale);
  }
}

/** A book without a connection: it is told of messages, and says what became of them. */
export class Book {
  readonly #places: BookPlaces;
  #bids = new Side(false);
  #asks = new Side(true);
  #sequence: bigint | undefined;
  #fresh = false;

  constructor(places: BookPlaces) {
    this.#places = places;
  }

  /** The number of the last message; `undefined` before there was one, or where messages have none. */
  get sequence(): bigint | undefined {
    return this.#sequence;
  }

  get bids(): readonly BookLevel[] {
    return this.#bids.levels();
  }

  get asks(): readonly BookLevel[] {
    return this.#asks.levels();
  }

  /** Whether the best bid is as high as the best ask, which no market is. */
  get crossed(): boolean {
    const bid = this.#bids.best;
    const ask = this.#asks.best;
    if (bid === undefined || ask === undefined) return false;
    const scale = Math.max(this.#bids.scale, this.#asks.scale);
    return bid.key * 10n ** BigInt(scale - this.#bids.scale) >= ask.key * 10n ** BigInt(scale - this.#asks.scale);
  }

  /** Throw everything away. */
  clear(): void {
    this.#bids = new Side(false);
    this.#asks = new Side(true);
    this.#sequence = undefined;
  }

  /** Begin with a whole book, whose places may be others than those of changes. Throws a DecodeError where it is not what it says that it is. */
  begin(document: JsonValue | undefined, places: Pick<BookPlaces, "bids" | "asks" | "sequence">): void {
    this.clear();
    this.#sequence = places.sequence === undefined ? undefined : numberAt(document, places.sequence);
    this.#fresh = true;
    this.#change(document, places);
    if (!this.#sound(document)) throw new DecodeError("the book is not the one that its message sums up");
  }

  /** Take a change in, where it is the next one. */
  apply(document: JsonValue): Fate {
    const sequence = this.#places.sequence === undefined ? undefined : numberAt(document, this.#places.sequence);
    const fate = this.#fate(document, sequence);
    if (fate !== "applied") return fate;
    if (sequence !== undefined) this.#sequence = sequence;
    this.#fresh = false;
    const { side, bid } = this.#places;
    if (side === undefined) this.#change(document, this.#places);
    else this.#level(textAt(document, side) === bid ? this.#bids : this.#asks, document);
    return this.#sound(document) ? "applied" : "gap";
  }

  /** Whether the book, without what nobody goes on telling of, is the one that the message sums up. */
  #sound(document: JsonValue | undefined): boolean {
    const { depth, checksum } = this.#places;
    if (depth !== undefined) for (const side of [this.#bids, this.#asks]) side.keep(depth);
    const value = checksum === undefined ? undefined : (valueAt(document, checksum.place) as JsonValue | undefined);
    if (checksum === undefined || value === undefined || value === null || value === "") return true;
    return isSumOf(plainText(value), checksum, this.#bids.levels(checksum.levels), this.#asks.levels(checksum.levels));
  }

  #fate(document: JsonValue, sequence: bigint | undefined): Fate {
    const last = this.#sequence;
    if (sequence === undefined || last === undefined) return "applied";
    if (this.#follows(document, sequence, last)) return "applied";
    return sequence <= last ? "stale" : "gap";
  }

  /** Whether a change continues what is there. The first after a snapshot may have begun before it. */
  #follows(document: JsonValue, sequence: bigint, last: bigint): boolean {
    const { numbering, first, previous } = this.#places;
    const newer = sequence > last;
    switch (numbering) {
      case "growing":
        return newer;
      case "consecutive":
        return sequence === last + 1n;
      case "previous": {
        const before = numberAt(document, previous ?? []);
        return before === last || (this.#fresh && newer && before < last);
      }
      case "range": {
        const begun = numberAt(document, first ?? []);
        return newer && (begun === last + 1n || (this.#fresh && begun <= last));
      }
    }
  }

  #change(document: JsonValue | undefined, places: Pick<BookPlaces, "bids" | "asks">): void {
    this.#side(this.#bids, valueAt(document, places.bids));
    this.#side(this.#asks, valueAt(document, places.asks));
  }

  #side(side: Side, levels: unknown): void {
    if (levels === undefined || levels === null) return;
    if (!Array.isArray(levels)) throw new DecodeError("a book's side is no list");
    for (const level of levels) this.#level(side, level);
  }

  #level(side: Side, level: unknown): void {
    side.set(decimalAt(level, this.#places.price), decimalAt(level, this.#places.quantity));
  }
}

function decimalAt(level: unknown, place: readonly Step[]): Decimal {
  const value = valueAt(level, place);
  if (value instanceof Decimal) return checked(value);
  try {
    if (typeof value === "string") return checked(new Decimal(value));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw new DecodeError("a book's level has no number in its place");
}

function checked(value: Decimal): Decimal {
  if (value.text.length > MAX_SCALE || value.text.startsWith("-")) throw new DecodeError("a book's level is beyond all measure");
  return value;
}

function textAt(document: JsonValue | undefined, place: readonly Step[]): string {
  const value = valueAt(document, place) as JsonValue | undefined;
  const text = value === undefined ? "" : plainText(value);
  if (text === "") throw new DecodeError("a book's message says nothing in its place");
  return text;
}

function numberAt(document: JsonValue | undefined, place: readonly Step[]): bigint {
  const value = valueAt(document, place) as JsonValue | undefined;
  const text = value === undefined ? "" : plainText(value);
  if (!/^-?\d{1,40}$/.test(text)) throw new DecodeError("a book's message has no number in its place");
  return BigInt(text);
}

function isZero(value: Decimal): boolean {
  return /^-?0(?:\.0*)?(?:[eE].*)?$/.test(value.text);
}
