/** Time limits: ends a call in time, or when its caller says so, and tells why it ended. */

import { ConfigurationError, SdkError, TimeoutError, TransportError } from "./errors.js";
import { LONGEST_TIMER_MS } from "./pause.js";

/** The system's words for failures before anything was sent: no address, no connection, no agreement on TLS. */
const NEVER_SENT =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|UNABLE_TO_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|HOSTNAME_MISMATCH|ERR_TLS_CERT_ALTNAME_INVALID|ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_UNSUPPORTED_PROTOCOL|ConnectionRefused|FailedToOpenSocket)$/;

/** What Deno, which has no codes, says where there was no connection: no address, nobody there, no agreement on TLS. */
const UNCONNECTED = /: client error \(Connect\)/;

/** Words that a connection may also end with after the request has left: what matters is what the system was doing. */
const SENT_PERHAPS: ReadonlySet<string> = /* @__PURE__ */ new Set(["EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL", "ETIMEDOUT"]);

const nothing = (): void => undefined;

/** Ends a call in time, or when its caller says so. */
export class Deadline {
  readonly #outer: AbortSignal | undefined;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #timeoutMs: number;
  readonly #abort: (() => void) | undefined;
  #onStop = nothing;
  #late = false;

  constructor(timeoutMs: number, outer: AbortSignal | undefined) {
    if (!(timeoutMs > 0)) throw new ConfigurationError("timeoutMs must be greater than 0");
    this.#timeoutMs = timeoutMs;
    this.#outer = outer;
    if (outer !== undefined) {
      outer.throwIfAborted();
      this.#abort = () => this.stop();
      outer.addEventListener("abort", this.#abort, { once: true });
    }
    if (timeoutMs <= LONGEST_TIMER_MS) {
      this.#timer = setTimeout(() => {
        this.#late = true;
        this.stop();
      }, timeoutMs);
    }
  }

  /** Run this, instead of what was to run before, when the work must end at once. */
  onStop(stop: () => void): void {
    this.#onStop = stop;
  }

  /** End the work now. */
  stop(): void {
    this.#onStop();
  }

  /** The work is done: watch no longer. */
  clear(): void {
    clearTimeout(this.#timer);
    if (this.#abort !== undefined) this.#outer?.removeEventListener("abort", this.#abort);
  }

  /**
   * What the end of the work means.
   *
   * @throws the caller's own reason where they ended it.
   */
  meaning(error: unknown): SdkError {
    if (error instanceof SdkError) return error;
    if (this.#outer?.aborted === true) throw this.#outer.reason;
    return this.#late ? new TimeoutError(`no whole answer within ${this.#timeoutMs} ms`) : connectionError(error);
  }
}

/**
 * What a failure of the network means to whoever called.
 *
 * @param sent - Whether a part of the request may have left, where that is known from elsewhere.
 */
export function connectionError(error: unknown, sent?: boolean): TransportError {
  const code = networkCode(error);
  const left = code === undefined ? !UNCONNECTED.test(wordsOf(error)) : !neverSent(code, error);
  return new TransportError(`the connection failed (${code ?? "no code"})`, sent ?? left);
}

/** Whether no byte of the request can have left. Where that is not certain, it may have. */
function neverSent(code: string, error: unknown): boolean {
  if (NEVER_SENT.test(code)) return true;
  const origin = codeOf(error) === undefined ? (error as { readonly cause?: unknown }).cause : error;
  const { syscall, errors } = origin as { readonly syscall?: unknown; readonly errors?: readonly { readonly syscall?: unknown }[] };
  return SENT_PERHAPS.has(code) && (syscall ?? errors?.[0]?.syscall) === "connect";
}

/** The system's word for what happened, such as ECONNREFUSED. The messages themselves may quote the URL, and so a signature. */
function networkCode(error: unknown): string | undefined {
  return codeOf(error) ?? codeOf((error as { readonly cause?: unknown } | null)?.cause);
}

/** The words of the failure itself; `fetch` wraps it. */
function wordsOf(error: unknown): string {
  return String((error as { readonly cause?: { readonly message?: unknown } } | null)?.cause?.message);
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | null | undefined)?.code;
  return typeof code === "string" && /^[A-Za-z][A-Za-z0-9_]{1,40}$/.test(code) ? code : undefined;
}
