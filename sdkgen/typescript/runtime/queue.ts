/** A bounded queue between a connection, which never waits, and a reader, who may be slow. */

/** What a full queue does. */
export type Overflow = "drop_oldest" | "fail";

interface Reader<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (reason: unknown) => void;
}

/** Items in, items out, in order; bounded. */
export class Queue<T> {
  readonly #capacity: number;
  readonly #dropped: (count: number) => T;
  readonly #items: T[] = [];
  readonly #readers: Reader<T>[] = [];
  #missing = 0;
  #ended = false;
  #failure: { readonly reason: unknown } | undefined;

  /** @param dropped - What is given in the place of so many items that were dropped. */
  constructor(capacity: number, dropped: (count: number) => T) {
    this.#capacity = capacity;
    this.#dropped = dropped;
  }

  /** Whether the next item would be one too many. */
  get full(): boolean {
    return this.#items.length >= this.#capacity && this.#readers.length === 0;
  }

  /** Add an item; where the queue is full, the oldest one goes. */
  put(item: T): void {
    if (this.#ended) return;
    const reader = this.#readers.shift();
    if (reader !== undefined) return reader.resolve({ done: false, value: item });
    if (this.#items.length >= this.#capacity) {
      this.#items.shift();
      this.#missing += 1;
    }
    this.#items.push(item);
  }

  /** The next item, when there is one. */
  async next(): Promise<IteratorResult<T, undefined>> {
    if (this.#missing > 0) {
      const count = this.#missing;
      this.#missing = 0;
      return { done: false, value: this.#dropped(count) };
    }
    const item = this.#items.shift();
    if (item !== undefined) return { done: false, value: item };
    if (this.#failure !== undefined) {
      const { reason } = this.#failure;
      this.#failure = undefined;
      throw reason;
    }
    if (this.#ended) return { done: true, value: undefined };
    return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }));
  }

  /** Give what is left, then nothing more. */
  end(): void {
    this.#ended = true;
    for (const reader of this.#readers.splice(0)) reader.resolve({ done: true, value: undefined });
  }

  /** Give what is left, then the error once, then nothing more. */
  fail(reason: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    const readers = this.#readers.splice(0);
    const first = readers.shift();
    if (first === undefined) this.#failure = { reason };
    else first.reject(reason);
    for (const reader of readers) reader.resolve({ done: true, value: undefined });
  }

  /** Forget what is left. */
  clear(): void {
    this.#items.length = 0;
    this.#missing = 0;
    this.#failure = undefined;
  }
}
