/** What a client waits for on a connection: the answers to what it asked. */

import { SdkError, TimeoutError, told } from "./errors.js";
import type { JsonValue } from "./json.js";

/** Makes a value of the message that was waited for, throws where it says an error, and leaves every other one. */
export type Consider<T> = (document: JsonValue) => { readonly value: T } | undefined;

interface Expected {
  readonly consider: (document: JsonValue) => boolean;
  readonly lost: (reason: SdkError) => void;
}

/** The answers that one connection waits for. */
export class Expectations {
  readonly #timeoutMs: number;
  readonly #waiting = new Set<Expected>();

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Wait for one message, until the signal says that nobody wants it any more.
   *
   * @throws what `consider` throws, or an error that leaves open what became of the question.
   */
  wait<T>(consider: Consider<T>, signal?: AbortSignal): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", gone);
        this.#waiting.delete(expected);
      };
      const expected: Expected = {
        consider: (document) => {
          try {
            const found = consider(document);
            if (found === undefined) return false;
            resolve(found.value);
          } catch (error) {
            reject(error as Error);
          }
          done();
          return true;
        },
        lost: (reason) => {
          done();
          reject(told(reason, { attempts: 1, mayHaveHappened: true }));
        },
      };
      const late = new TimeoutError(`no answer on the stream within ${this.#timeoutMs} ms`);
      const timer = setTimeout(() => expected.lost(late), this.#timeoutMs);
      const gone = (): void => {
        done();
        reject(signal?.reason as Error);
      };
      if (signal?.aborted === true) return gone();
      signal?.addEventListener("abort", gone, { once: true });
      this.#waiting.add(expected);
    });
  }

  /** Whether a message was waited for. */
  consider(document: JsonValue): boolean {
    for (const expected of this.#waiting) if (expected.consider(document)) return true;
    return false;
  }

  /** Nothing will be answered any more. */
  lose(reason: SdkError): void {
    for (const expected of [...this.#waiting]) expected.lost(reason);
  }
}
