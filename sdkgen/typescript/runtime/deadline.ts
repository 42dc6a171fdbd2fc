/** Time limits: ends a call in time, or when its caller says so, and tells why it ended. */

import { ConfigurationError, SdkError, TimeoutError, TransportError } from "./errors.js";
import { LONGEST_TIMER_MS } from "./pause.js";

/** The system's words for failures before anything was sent: no address, no connection, no agreement on TLS. */
const NEVER_SENT =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|UNABLE_TO_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|HOSTNAME_MISMATCH|ERR_TLS_CERT_ALTNAME_INVALID|ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_UNSUPPORTED_PROTOCOL|ConnectionRefused|FailedToOpenSocket)$/;

/** Words that a connection may also end with after the request has left: what matters is what the system was doing. */
const SENT_PERHAPS: ReadonlySet<string> = /* @__PURE__ */ new Set(["EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL", "ETIMEDOUT"]);

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
      const code = networkCode(error);
      throw new TransportError(`the connection failed (${code ?? "no code"})`, !neverSent(code, error));
    }
  }
}

/** Whether no byte of the request can have left. Where that is not certain, it may have. */
function neverSent(code: string | undefined, error: unknown): boolean {
  if (code === undefined) return false;
  if (NEVER_SENT.test(code)) return true;
  const cause = (error as { cause?: { syscall?: unknown; errors?: readonly { syscall?: unknown }[] } } | null)?.cause;
  return SENT_PERHAPS.has(code) && (cause?.syscall ?? cause?.errors?.[0]?.syscall) === "connect";
}

/** The system's word for what happened, such as ECONNREFUSED. The messages themselves may quote the URL, and so a signature. */
function networkCode(error: unknown): string | undefined {
  return codeOf(error) ?? codeOf((error as { cause?: unknown } | null)?.cause);
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === "string" && /^[A-Za-z][A-Za-z0-9_]{1,40}$/.test(code) ? code : undefined;
}
