/** Time limits: ends a call in time, or when its caller says so, and tells why it ended. */

import { ConfigurationError, SdkError, TimeoutError, TransportError } from "./errors.js";

/** The longest time that a timer can wait for. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Ends a call in time, or when its caller says so. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #timeoutMs: number;
  readonly #stop = (): void => this.#controller.abort();
  #late = false;

  constructor(timeoutMs: number, outer: AbortSignal | undefined) {
    if (!(timeoutMs > 0)) throw new ConfigurationError("timeoutMs must be greater than 0");
    outer?.throwIfAborted();
    this.#timeoutMs = timeoutMs;
    this.#outer = outer;
    outer?.addEventListener("abort", this.#stop, { once: true });
    if (timeoutMs <= LONGEST_TIMER_MS) {
      this.#timer = setTimeout(() => {
        this.#late = true;
        this.#controller.abort();
      }, timeoutMs);
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener("abort", this.#stop);
  }

  /**
   * Run one step of the exchange.
   *
   * @throws TimeoutError, TransportError or the caller's own reason where the network fails.
   */
  async watch<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof SdkError) throw error;
      if (this.#outer?.aborted === true) throw this.#outer.reason;
      if (this.#late) throw new TimeoutError(`no whole answer within ${this.#timeoutMs} ms`);
      throw new TransportError(`the connection failed (${networkCode(error)})`);
    }
  }
}

/** The system's word for what happened, such as ECONNREFUSED. The messages themselves may quote the URL, and so a signature. */
function networkCode(error: unknown): string {
  const own = codeOf(error) ?? codeOf((error as { cause?: unknown } | null)?.cause);
  return own ?? "no code";
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === "string" && /^[A-Z][A-Z0-9_]{1,40}$/.test(code) ? code : undefined;
}
