/** What a caller holds of a stream: its messages, one after the other, until they leave. */

import { DecodeError, SdkError } from "./errors.js";
import type { JsonValue } from "./json.js";
import { type Overflow, Queue } from "./queue.js";
import type { StreamMark, MessageRow } from "./stream.js";
import { kindOf } from "./template.js";
import type { Listener } from "./topic.js";

/** What may be said of one subscription. */
export interface SubscribeOptions {
  /** Ends the subscription; its reader then gets the signal's reason. */
  readonly signal?: AbortSignal;
  /** How many messages wait for a slow reader. 1,000 unless said otherwise. */
  readonly capacity?: number;
  /** What happens when they are too many: the oldest goes (and a `Dropped` mark says so), or the subscription ends with an error. */
  readonly overflow?: Overflow;
}

const DEFAULT_CAPACITY = 1_000;

/** The reader was too slow for the queue that it asked for. */
export class SlowReaderError extends SdkError {
  override readonly name: string = "SlowReaderError";
  readonly kind = "transport";
}

/** A subscription: an asynchronous iterator of its channel's messages. Leaving the loop ends it. */
export class Subscription<Message> implements AsyncIterableIterator<Message | StreamMark> {
  /** Settles when the exchange has confirmed the subscription, or refused it. */
  readonly ready: Promise<void>;
  readonly #queue: Queue<Message | StreamMark>;
  readonly #leave: () => void;
  readonly #signal: AbortSignal | undefined;
  readonly #stop: () => void;
  #ended = false;

  /** Made by the client. */
  constructor(heard: readonly MessageRow[], options: SubscribeOptions, join: (listener: Listener) => () => void) {
    const { capacity = DEFAULT_CAPACITY, overflow = "drop_oldest", signal } = options;
    this.#queue = new Queue<Message | StreamMark>(capacity, (count) => ({ type: "Dropped", count }));
    let settle!: (error?: unknown) => void;
    this.ready = new Promise((resolve, reject) => (settle = (error) => (error === undefined ? resolve() : reject(error as Error))));
    this.ready.catch(() => undefined);
    let broken = false;
    const put = (item: Message | StreamMark): void => {
      if (broken) {
        broken = false;
        put({ type: "Reconnected" });
      }
      if (overflow === "fail" && this.#queue.full) return this.#fail(new SlowReaderError(`more than ${capacity} messages waited to be read`));
      this.#queue.put(item);
    };
    let live = false;
    this.#signal = signal;
    this.#stop = () => this.#fail(signal?.reason);
    this.#leave = join({
      heard: (document) => put(typedMessage(document, heard) as Message | StreamMark),
      garbled: (error) => put({ type: "DecodeError", error }),
      down: () => (broken = live),
      live: () => {
        live = true;
        settle();
        if (broken) {
          broken = false;
          put({ type: "Reconnected" });
        }
      },
      failed: (error) => {
        settle(error);
        this.#ended = true;
        this.#queue.fail(error);
      },
    });
    if (signal?.aborted === true) this.#stop();
    else signal?.addEventListener("abort", this.#stop, { once: true });
  }

  next(): Promise<IteratorResult<Message | StreamMark, undefined>> {
    return this.#queue.next();
  }

  /** End the subscription; what was not read is forgotten. */
  async return(): Promise<IteratorResult<Message | StreamMark, undefined>> {
    this.#queue.clear();
    this.end();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** End the subscription; what came before can still be read. */
  end(): void {
    this.#signal?.removeEventListener("abort", this.#stop);
    this.#queue.end();
    if (this.#ended) return;
    this.#ended = true;
    this.#leave();
  }

  #fail(reason: unknown): void {
    this.#queue.fail(reason);
    this.end();
  }
}

/** A message as its kind's type; what does not fit is an item too, so that the stream goes on. */
export function typedMessage(document: JsonValue, heard: readonly MessageRow[]): { readonly type: string } {
  const kind = kindOf(document, heard);
  if (kind === undefined) return { type: "UnknownMessage", value: document } as StreamMark;
  try {
    return { type: kind.name, value: kind.codec.decode(document) as unknown } as { readonly type: string };
  } catch (error) {
    if (error instanceof DecodeError) return { type: "DecodeError", error } as StreamMark;
    throw error;
  }
}
