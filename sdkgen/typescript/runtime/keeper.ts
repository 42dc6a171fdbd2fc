/** Keeps an order book equal to the exchange's: snapshots, changes in order, and a new snapshot after every gap. */

import { Book, type BookLevel, type BookPlaces } from "./book.js";
import type { AnyCodec } from "./codecs.js";
import type { Core } from "./core.js";
import { ApiError, ConfigurationError, DecodeError, SdkError } from "./errors.js";
import { type JsonValue, parseJson } from "./json.js";
import type { Operation } from "./operation.js";
import { Alarm, DEFAULT_TIMEOUT_MS, jitter, pause } from "./pause.js";
import type { MatchTable } from "./stream.js";
import { filledText, matches, type Values } from "./template.js";
import type { Listener } from "./topic.js";

/** How an exchange's book is kept. */
export interface BookTable {
  /** The channel's arguments, and what they are for a symbol. */
  readonly arguments: readonly (readonly [name: string, text: string])[];
  readonly delta: MatchTable;
  /** A message with the whole book; without it, `operation` is asked. */
  readonly snapshot?: MatchTable;
  readonly operation?: Operation;
  /** What `operation` is asked with: where an argument stands, its type, and what it is for a symbol. */
  readonly asked?: readonly (readonly [place: readonly string[], codec: AnyCodec, text: string])[];
  readonly whole?: Pick<BookPlaces, "bids" | "asks" | "sequence">;
  readonly places: BookPlaces;
}

/** What may be said of one book. */
export interface BookOptions<Parameters extends object = object> {
  /** Ends the book; its reader then gets the signal's reason. */
  readonly signal?: AbortSignal;
  /** Further arguments of the channel. */
  readonly arguments?: Partial<Parameters>;
}

/** A book as it was at one moment. */
export interface BookState {
  readonly symbol: string;
  /** The number of the last message; `null` where there is none. */
  readonly sequence: bigint | null;
  /** Best first. Empty while the book is not `synced`. */
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
  /** Whether this is the exchange's book: not from a gap until the next snapshot. */
  readonly synced: boolean;
  /** How often the book had to be taken anew. */
  readonly resyncs: number;
}

/** How a book's stream is left, and asked for a new snapshot. */
export interface Line {
  /** False where there is nothing to be left yet: what was subscribed to is still being confirmed. */
  readonly again: () => boolean;
  readonly leave: () => void;
}

const MAX_KEPT = 10_000;
const MAX_STALE = 100;

/** An order book: an asynchronous iterator of its states. A slow reader gets the newest one; leaving the loop ends it. */
export class BookStream implements AsyncIterableIterator<BookState> {
  /** Settles when there is a first whole book, or there never will be. */
  readonly ready: Promise<void>;
  readonly #core: Core;
  readonly #table: BookTable;
  readonly #symbol: string;
  readonly #values: Values;
  readonly #book: Book;
  readonly #line: Line;
  readonly #signal: AbortSignal | undefined;
  readonly #gone = new AbortController();
  readonly #stop: () => void;
  readonly #readers: { resolve: (result: IteratorResult<BookState, undefined>) => void; reject: (reason: unknown) => void }[] = [];
  #settle: (error?: unknown) => void = () => undefined;
  #kept: JsonValue[] = [];
  #live = false;
  #synced = false;
  #resyncs = 0;
  #stale = 0;
  #fetching = false;
  #asking = false;
  /** Whether another book is to be asked for as soon as the last request is confirmed: what followed its snapshot broke the book already. */
  #owing = false;
  /** Books that were asked for since a change was last taken in. */
  #asked = 0;
  /** Rings where the snapshot that the stream should bring does not come. */
  readonly #late = new Alarm(() => this.#again());
  /** Grows whenever the book is thrown away: a snapshot that was asked for before is of no use then. */
  #epoch = 0;
  #changed = false;
  #ended = false;
  #failure: { readonly reason: unknown } | undefined;

  /** Made by the client. */
  constructor(core: Core, table: BookTable, symbol: string, options: { readonly signal?: AbortSignal }, join: (listener: Listener) => Line) {
    this.#core = core;
    this.#table = table;
    this.#symbol = symbol;
    this.#values = spokenFor(symbol);
    this.#book = new Book(table.places);
    this.ready = new Promise((resolve, reject) => (this.#settle = (error) => (error === undefined ? resolve() : reject(error as Error))));
    this.ready.catch(() => undefined);
    this.#signal = options.signal;
    this.#stop = () => this.#fail(this.#signal?.reason);
    this.#line = join({
      heard: (document) => this.#guarded(() => this.#heard(document)),
      garbled: () => this.#resync(),
      down: () => this.#down(),
      live: (late) => this.#begin(late),
      failed: (error) => this.#fail(error),
    });
    if (this.#signal?.aborted === true) this.#stop();
    else this.#signal?.addEventListener("abort", this.#stop, { once: true });
  }

  /** The book as it is now. */
  get state(): BookState {
    const synced = this.#synced;
    const { sequence } = this.#book;
    return {
      symbol: this.#symbol,
      sequence: (synced ? sequence : undefined) ?? null,
      bids: synced ? this.#book.bids : [],
      asks: synced ? this.#book.asks : [],
      synced,
      resyncs: this.#resyncs,
    };
  }

  async next(): Promise<IteratorResult<BookState, undefined>> {
    if (this.#changed) {
      this.#changed = false;
      return { done: false, value: this.state };
    }
    if (this.#failure !== undefined) {
      const { reason } = this.#failure;
      this.#failure = undefined;
      throw reason;
    }
    if (this.#ended) return { done: true, value: undefined };
    return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }));
  }

  async return(): Promise<IteratorResult<BookState, undefined>> {
    this.#changed = false;
    this.end();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Keep it no longer. */
  end(): void {
    this.#signal?.removeEventListener("abort", this.#stop);
    for (const reader of this.#readers.splice(0)) reader.resolve({ done: true, value: undefined });
    if (this.#ended) return;
    this.#ended = true;
    this.#synced = false;
    this.#late.clear();
    this.#gone.abort();
    this.#settle();
    this.#line.leave();
  }

  #fail(reason: unknown): void {
    if (this.#ended) return;
    this.#settle(reason);
    const reader = this.#readers.shift();
    if (reader === undefined) this.#failure = { reason };
    else reader.reject(reason);
    // A line that failed while it was made can't be left yet.
    queueMicrotask(() => this.end());
  }

  /** Tell whoever reads. */
  #tell(): void {
    const reader = this.#readers.shift();
    if (reader === undefined) this.#changed = true;
    else reader.resolve({ done: false, value: this.state });
  }

  #down(): void {
    this.#live = this.#owing = false;
    this.#late.clear();
    this.#lose();
  }

  /** The exchange sends (again): a book that comes in the stream comes by itself, any other is asked for. */
  #begin(late: boolean): void {
    this.#live = true;
    if (this.#table.snapshot === undefined) void this.#fetch();
    else if (late || this.#owing) this.#again();
    else if (!this.#synced) this.#late.set(this.#core.streamOptions.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    this.#owing = false;
  }

  /** Ask for another book in the stream; where that did not help before, not at once. */
  #again(): void {
    if (this.#asking) return;
    this.#asking = true;
    this.#late.clear();
    const ask = (): void => {
      this.#asking = false;
      if (!this.#synced && !this.#ended) this.#owing = !this.#line.again();
    };
    void this.#paced().then(ask, () => undefined);
  }

  /** Wait before a book is asked for, where the last one did not help. */
  #paced(): Promise<void> {
    const wait = this.#asked > 0 ? jitter(this.#asked, this.#core.random) : 0;
    this.#asked += 1;
    return pause(wait, this.#gone.signal);
  }

  /** Throw the book away. */
  #lose(): void {
    this.#kept = [];
    this.#stale = 0;
    this.#book.clear();
    this.#epoch += 1;
    if (!this.#synced) return;
    this.#synced = false;
    this.#resyncs += 1;
    this.#tell();
  }

  /** Throw the book away and ask for a new snapshot. */
  #resync(): void {
    const had = this.#synced;
    this.#lose();
    if (!this.#live) this.#owing ||= had;
    else if (this.#table.snapshot === undefined) void this.#fetch();
    else if (had) this.#again();
  }

  #heard(document: JsonValue): void {
    const { snapshot, delta } = this.#table;
    if (snapshot !== undefined && matches(document, snapshot, this.#values)) {
      // Without numbers the order of the messages is all there is: these are older than the snapshot.
      if (this.#table.places.sequence === undefined) this.#kept = [];
      return this.#whole(document, this.#table.places);
    }
    if (!matches(document, delta, this.#values)) return;
    if (this.#synced) return this.#change(document);
    if (this.#kept.length >= MAX_KEPT) this.#kept.shift();
    this.#kept.push(document);
  }

  #whole(document: JsonValue | undefined, places: Pick<BookPlaces, "bids" | "asks" | "sequence">): void {
    this.#book.begin(document, places);
    // Kept until one snapshot fits: the next one may.
    for (const kept of this.#kept) {
      if (this.#book.apply(kept) === "gap") throw new DecodeError("the changes that came before the snapshot do not follow it");
    }
    if (this.#book.crossed) throw new DecodeError("the book is crossed");
    this.#kept = [];
    this.#synced = true;
    this.#late.clear();
    this.#settle();
    this.#tell();
  }

  #change(document: JsonValue): void {
    const fate = this.#book.apply(document);
    this.#stale = fate === "stale" ? this.#stale + 1 : 0;
    if (fate === "gap" || this.#stale >= MAX_STALE || this.#book.crossed) return this.#resync();
    if (fate !== "applied") return;
    this.#asked = 0;
    this.#tell();
  }

  /** A message that can't be understood leaves a gap. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      if (this.#synced) this.#resync();
      else if (this.#table.snapshot !== undefined) this.#again();
    }
  }

  /** Ask for the whole book until it fits the changes that were heard meanwhile. */
  async #fetch(): Promise<void> {
    if (this.#fetching) return;
    this.#fetching = true;
    const { operation, whole } = this.#table;
    try {
      while (this.#live && !this.#synced && operation !== undefined && whole !== undefined) {
        try {
          await this.#paced();
          if (!this.#live) continue;
          const epoch = this.#epoch;
          const document = await this.#core.document(operation, this.#argument(), { signal: this.#gone.signal });
          if (epoch === this.#epoch) this.#whole(document, whole);
        } catch (error) {
          if (error instanceof ConfigurationError || (error instanceof ApiError && error.status < 500 && error.status !== 0 && error.status !== 429)) throw error;
          if (!(error instanceof SdkError)) throw error;
        }
      }
    } catch (error) {
      if (!this.#ended) this.#fail(error);
    } finally {
      this.#fetching = false;
    }
  }

  #argument(): Record<string, unknown> {
    const made: Record<string, unknown> = {};
    for (const [place, codec, text] of this.#table.asked ?? []) {
      const inner = place.slice(0, -1).reduce((within, name) => (within[name] ??= {}) as Record<string, unknown>, made);
      inner[place.at(-1) ?? ""] = valueOf(codec, filledText(text, this.#values));
    }
    return made;
  }
}

/** What stands for a symbol in texts that are filled. */
export function spokenFor(symbol: string): Values {
  return (name) => (name === "symbol" ? symbol : name === "symbol_lower" ? symbol.toLowerCase() : undefined);
}

/** A text as its type has it: as it is, or what it says. */
function valueOf(codec: AnyCodec, text: string): unknown {
  try {
    return codec.decode(text) as unknown;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return codec.decode(parseJson(text)) as unknown;
  }
}
