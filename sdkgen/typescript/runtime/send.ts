/** Sends one call: waits for the rate limits, signs, sends, reads, and tries again where that is safe. */

import type { RateLimit } from "./behaviour.js";
import { Deadline } from "./deadline.js";
import { ApiError, ConfigurationError, DecodeError, SdkError, ThrottledError, told } from "./errors.js";
import { Limiter, type Weights } from "./limits.js";
import type { AttemptInfo, CallOptions, ClientOptions } from "./options.js";
import { DEFAULT_TIMEOUT_MS, jitter, pause } from "./pause.js";
import type { Draft } from "./request.js";
import { routeOf } from "./route.js";
import type { Soon } from "./soon.js";
import type { Head } from "./transport.js";
import { known } from "./verdict.js";

/** One call, ready to be sent as often as need be. */
export interface Job<T> {
  readonly id: string;
  readonly weights: Weights;
  /** Whether twice is once. */
  readonly repeatable: boolean;
  /** The request without its signature. */
  readonly draft: () => Soon<Draft>;
  readonly sign: (draft: Draft) => Soon<void>;
  /**
   * The answer's value.
   *
   * @throws ApiError or DecodeError where it is none.
   */
  readonly read: (head: Head, bytes: Uint8Array) => T;
}

/** What all attempts share. */
type Call = Pick<Job<unknown>, "id" | "weights" | "repeatable">;

/** A reply over a stream. */
export interface Said<T> {
  readonly value: T;
  /** What it says of itself; 0 where it says nothing. */
  readonly status: number;
}

/** A request over a stream, ready to be said as often as need be. */
export interface Speech<T> extends Call {
  /** Of the connection, without its query. */
  readonly path: string;
  readonly say: () => Promise<Said<T>>;
}

/** What a request over a stream can be told. */
export type SpeakOptions = Pick<CallOptions, "signal">;

const DEFAULT_MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const DEFAULT_RETRIES = 2;
const DEFAULT_MAX_WAIT_MS = 30_000;
/** Methods whose requests only some transports send with a body. */
const BODILESS: ReadonlySet<string> = /* @__PURE__ */ new Set(["GET", "HEAD"]);

/** The attempts of one call so far. */
interface Progress {
  attempts: number;
  mayHaveHappened: boolean;
  clockCorrected: boolean;
}

/** What is there of an attempt's answer. */
interface Begun {
  head?: Head;
  /** What a hook threw. */
  mistake?: { readonly reason: unknown };
}

/** Sends the calls of one client. */
export class Sender {
  readonly #options: ClientOptions;
  readonly #now: () => number;
  readonly #correctClock: (options: CallOptions) => Promise<boolean>;
  readonly #limiter: Limiter | undefined;
  readonly #retries: number;
  readonly #maxWaitMs: number;
  readonly #maxAnswerBytes: number;

  /** @param correctClock - Asks the exchange for the time; false where nobody knows how. */
  constructor(options: ClientOptions, limits: readonly RateLimit[], now: () => number, correctClock: (options: CallOptions) => Promise<boolean>) {
    this.#options = options;
    this.#now = now;
    this.#correctClock = correctClock;
    this.#retries = options.retries ?? DEFAULT_RETRIES;
    this.#maxWaitMs = options.maxWaitMs ?? DEFAULT_MAX_WAIT_MS;
    this.#maxAnswerBytes = options.maxAnswerBytes ?? DEFAULT_MAX_ANSWER_BYTES;
    this.#limiter = options.rateLimits === false ? undefined : new Limiter(limits, this.#maxWaitMs);
  }

  /**
   * Send until there is an answer, or until another attempt would be unsafe or useless.
   *
   * @throws SdkError, or the reason of the caller's signal.
   */
  async perform<T>(job: Job<T>, options: CallOptions, retries = this.#retries): Promise<T> {
    return this.#repeated(job, options, retries, async (progress) => this.#attempt(job, options, progress));
  }

  /**
   * The same over a stream.
   *
   * @throws SdkError, or the reason of the caller's signal.
   */
  async speak<T>(speech: Speech<T>, options: SpeakOptions): Promise<T> {
    return this.#repeated(speech, options, this.#retries, async (progress) => this.#said(speech, options, progress));
  }

  async #repeated<T>(call: Call, options: CallOptions, retries: number, attempt: (progress: Progress) => Promise<T>): Promise<T> {
    const progress: Progress = { attempts: 0, mayHaveHappened: false, clockCorrected: false };
    for (;;) {
      options.signal?.throwIfAborted();
      try {
        return await attempt(progress);
      } catch (error) {
        if (!(error instanceof AttemptFailed)) throw error;
        await this.#next(call, options, progress, error, retries);
      }
    }
  }

  async #attempt<T>(job: Job<T>, options: CallOptions, progress: Progress): Promise<T> {
    const draft = await this.#drafted(job, options, progress);
    const request = draft.outgoing();
    const transport = routeOf(this.#options.fetch);
    if (request.body !== undefined && BODILESS.has(request.method) && !transport.bodyAnywhere) {
      throw new ConfigurationError(`${job.id}: fetch can't send a ${request.method} request with a body`);
    }
    progress.attempts += 1;
    this.#options.onRequest?.(attemptInfo(job, draft.method, draft.path, progress.attempts));
    const started = performance.now();
    const begun: Begun = {};
    const ended = (error: SdkError): AttemptFailed => new AttemptFailed(error, this.#ended(job, draft, progress, started, begun, error));
    const deadline = new Deadline(options.timeoutMs ?? this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS, options.signal);
    let bytes: Uint8Array;
    try {
      bytes = await transport.send(request, deadline, this.#maxAnswerBytes, (head) => this.#heard(job, options, head, begun, deadline));
    } catch (error) {
      throw begun.mistake === undefined ? ended(deadline.meaning(error)) : begun.mistake.reason;
    } finally {
      deadline.clear();
    }
    if (begun.mistake !== undefined) throw begun.mistake.reason;
    let value: T;
    try {
      value = job.read(begun.head as Head, bytes);
    } catch (error) {
      throw error instanceof SdkError ? ended(error) : error;
    }
    if (this.#options.onResponse !== undefined) this.#ended(job, draft, progress, started, begun, null);
    return value;
  }

  async #said<T>(speech: Speech<T>, options: SpeakOptions, progress: Progress): Promise<T> {
    await this.#admitted(speech, options, progress);
    progress.attempts += 1;
    const info = attemptInfo(speech, "WS", speech.path, progress.attempts);
    this.#options.onRequest?.(info);
    const started = performance.now();
    const ended = (status: number, error: SdkError | null): AttemptInfo => {
      const told = { ...info, status: status === 0 ? null : status, elapsedMs: performance.now() - started, errorKind: error?.kind ?? null };
      this.#options.onResponse?.(told);
      return told;
    };
    let reply: Said<T>;
    try {
      reply = await unlessAborted(speech.say(), options.signal);
    } catch (error) {
      if (!(error instanceof SdkError)) throw error;
      // The last check comes when the connection is there; nothing was sent then.
      if (error instanceof ConfigurationError) progress.attempts -= 1;
      throw new AttemptFailed(error, ended(error instanceof ApiError ? error.status : 0, error), true);
    }
    ended(reply.status, null);
    return reply.value;
  }

  /** Wait for room in the rate limits. */
  async #admitted(call: Call, options: CallOptions, progress: Progress): Promise<void> {
    try {
      await this.#limiter?.acquire(call.weights, options.signal);
    } catch (error) {
      if (!(error instanceof ThrottledError)) throw error;
      throw told(error, { attempts: progress.attempts, mayHaveHappened: progress.mayHaveHappened });
    }
  }

  /** The signed request, once there is room for it in the rate limits. */
  async #drafted(job: Job<unknown>, options: CallOptions, progress: Progress): Promise<Draft> {
    const draft = await job.draft();
    await this.#admitted(job, options, progress);
    await job.sign(draft);
    return draft;
  }

  /** Tell everyone of an attempt's end. */
  #ended(job: Job<unknown>, draft: Draft, progress: Progress, started: number, begun: Begun, error: SdkError | null): AttemptInfo {
    const elapsedMs = performance.now() - started;
    const info = { ...attemptInfo(job, draft.method, draft.path, progress.attempts), status: begun.head?.status ?? null, elapsedMs, errorKind: error?.kind ?? null };
    this.#options.onResponse?.(info);
    return info;
  }

  /** Tell everyone of an answer's beginning. A hook that throws ends the call. */
  #heard(job: Job<unknown>, options: CallOptions, head: Head, begun: Begun, deadline: Deadline): void {
    begun.head = head;
    this.#limiter?.correct(job.weights, head, this.#now());
    if (this.#options.onAnswer === undefined && options.onAnswer === undefined) return;
    try {
      const answer = { operation: job.id, status: head.status, headers: head.headers };
      this.#options.onAnswer?.(answer);
      options.onAnswer?.(answer);
    } catch (reason) {
      begun.mistake = { reason };
      deadline.stop();
    }
  }

  /**
   * Wait for the next attempt.
   *
   * @throws SdkError: the failure, where there must be none.
   */
  async #next(call: Call, options: CallOptions, progress: Progress, failed: AttemptFailed, retries: number): Promise<void> {
    const { error, info } = failed;
    const outcome = known(error);
    const answered = failed.replied || (info.status !== null && info.status < 300);
    const stands = progress.mayHaveHappened && error instanceof ApiError && error.refusal === "duplicate_order";
    progress.mayHaveHappened ||= outcome === "unknown" || (error instanceof DecodeError && answered);
    const circumstances = { attempts: progress.attempts, mayHaveHappened: progress.mayHaveHappened, ...(stands ? { repeated: true } : {}) };
    const asked = error instanceof ApiError ? error.retryAfterMs : null;
    if (asked !== null && outcome !== "final") this.#limiter?.block(asked);
    const safe = outcome === "undone" || (outcome === "clock" && !progress.clockCorrected) || (outcome === "unknown" && call.repeatable);
    if (!safe || progress.attempts > retries || (asked ?? 0) > this.#maxWaitMs) throw told(error, circumstances);
    if (outcome === "clock") {
      progress.clockCorrected = true;
      if (!(await this.#correctClock(options))) throw told(error, circumstances);
    }
    const pauseMs = outcome === "clock" ? 0 : (asked ?? jitter(progress.attempts, this.#options.random ?? Math.random));
    this.#options.onRetry?.({ ...info, pauseMs });
    await pause(pauseMs, options.signal);
  }
}

/** An attempt that was sent and did not succeed. */
class AttemptFailed extends Error {
  readonly error: SdkError;
  readonly info: AttemptInfo;
  /** Whether what can't be read came over a stream, as the answer to something that was done. */
  readonly replied: boolean;

  constructor(error: SdkError, info: AttemptInfo, replied = false) {
    super(error.message);
    this.error = error;
    this.info = info;
    this.replied = replied;
  }
}

/**
 * The work's outcome.
 *
 * @throws the signal's reason where it comes first.
 */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function attemptInfo(call: Call, method: string, path: string, attempt: number): AttemptInfo {
  const weight = call.weights.reduce((most, each) => Math.max(most, each), 0);
  const told = { operation: call.id, method, path, attempt, weight };
  return { ...told, status: null, elapsedMs: 0, errorKind: null, pauseMs: 0 };
}
