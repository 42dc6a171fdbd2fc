/** Keeps a client within the exchange's rate limits: calls wait in order of arrival until their weight fits. */

import type { RateLimit } from "./behaviour.js";
import { ThrottledError } from "./errors.js";
import { Alarm } from "./pause.js";
import type { HeaderReader } from "./transport.js";

/** What a call weighs in each limit, in the limits' order; 0 where it does not count. */
export type Weights = readonly number[];

/** A window that began with the first request after the last one ended. */
interface Window {
  endsAt: number;
  used: number;
}

interface Waiting {
  readonly weights: Weights;
  readonly since: number;
  readonly go: () => void;
  readonly fail: (reason: unknown) => void;
}

/** A year: what a reset header holds beyond it counts from 1970. */
const YEAR_MS = 365 * 24 * 60 * 60 * 1_000;

/** The limits of one client. */
export class Limiter {
  readonly #limits: readonly RateLimit[];
  readonly #maxWaitMs: number;
  readonly #windows: Window[];
  readonly #waiting: Waiting[] = [];
  readonly #alarm = new Alarm(() => this.#pump());
  #blockedUntil = 0;

  constructor(limits: readonly RateLimit[], maxWaitMs: number) {
    this.#limits = limits;
    this.#maxWaitMs = maxWaitMs;
    this.#windows = limits.map(() => ({ endsAt: 0, used: 0 }));
  }

  /**
   * Wait until a call fits, and count it.
   *
   * @throws ThrottledError where that would take longer than the client waits; the signal's reason where the caller gave up.
   */
  async acquire(weights: Weights, signal: AbortSignal | undefined): Promise<void> {
    const now = performance.now();
    if (this.#waiting.length === 0 && this.#delay(this.#windows, weights, now) <= 0) return this.#take(this.#windows, weights, now);
    this.#check(this.#estimate(weights, now));
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal?.reason as Error);
        this.#pump();
      };
      const free = (): void => signal?.removeEventListener("abort", leave);
      const waiting: Waiting = {
        weights,
        since: now,
        go: () => (free(), resolve()),
        fail: (reason) => (free(), reject(reason as Error)),
      };
      signal?.addEventListener("abort", leave, { once: true });
      this.#waiting.push(waiting);
      this.#pump();
    });
  }

  /** Send nothing for so long: the exchange said so. */
  block(forMs: number): void {
    this.#blockedUntil = Math.max(this.#blockedUntil, performance.now() + forMs);
    this.#pump();
  }

  /** Learn from an answer's headers what was used; the count only ever grows by it. A late answer begins a window, where it tells of any use. */
  correct(weights: Weights, headers: HeaderReader, epochMs: number): void {
    for (const [at, limit] of this.#limits.entries()) {
      const window = this.#windows[at] as Window;
      if ((weights[at] ?? 0) === 0) continue;
      const now = performance.now();
      const used = headerNumber(headers, limit.usedHeader);
      const remaining = headerNumber(headers, limit.remainingHeader);
      const stated = Math.max(Math.ceil(used ?? 0), remaining === undefined ? 0 : limit.requests - Math.floor(remaining));
      const reset = headerNumber(headers, limit.resetHeader);
      if (window.endsAt <= now && stated > 0) {
        window.endsAt = now + limit.perMs;
        window.used = 0;
      }
      if (window.endsAt <= now) continue;
      window.used = Math.max(window.used, stated);
      if (reset !== undefined) window.endsAt = now + untilReset(reset * (limit.resetUnitMs ?? 1_000), epochMs, limit.perMs);
    }
  }

  #check(waitMs: number): void {
    if (waitMs > this.#maxWaitMs) throw new ThrottledError(Math.ceil(waitMs), this.#maxWaitMs);
  }

  /** How long a call would have to wait behind all those that wait already. */
  #estimate(weights: Weights, now: number): number {
    const windows = this.#windows.map((window) => ({ ...window }));
    let at = now;
    for (const waiting of this.#waiting) {
      at += Math.max(0, this.#delay(windows, waiting.weights, at));
      this.#take(windows, waiting.weights, at);
    }
    return at + Math.max(0, this.#delay(windows, weights, at)) - now;
  }

  /** How long until so much weight fits. What weighs more than a whole window has one to itself. */
  #delay(windows: readonly Window[], weights: Weights, now: number): number {
    let until = this.#blockedUntil;
    for (const [at, limit] of this.#limits.entries()) {
      const window = windows[at] as Window;
      const weight = weights[at] ?? 0;
      const open = window.endsAt <= now || window.used === 0 || window.used + weight <= limit.requests;
      if (weight > 0 && !open) until = Math.max(until, window.endsAt);
    }
    return until - now;
  }

  #take(windows: readonly Window[], weights: Weights, now: number): void {
    for (const [at, limit] of this.#limits.entries()) {
      const weight = weights[at] ?? 0;
      if (weight === 0) continue;
      const window = windows[at] as Window;
      if (window.endsAt <= now) {
        window.endsAt = now + limit.perMs;
        window.used = 0;
      }
      window.used += weight;
    }
  }

  /** Let go whom the limits allow, and come back when they allow the next one. */
  #pump(): void {
    for (;;) {
      const next = this.#waiting[0];
      if (next === undefined) return this.#alarm.clear();
      const now = performance.now();
      const delay = this.#delay(this.#windows, next.weights, now);
      if (now + delay - next.since > this.#maxWaitMs && delay > 0) {
        this.#waiting.shift();
        next.fail(new ThrottledError(Math.ceil(delay), this.#maxWaitMs));
        continue;
      }
      if (delay > 0) return this.#alarm.set(delay);
      this.#waiting.shift();
      this.#take(this.#windows, next.weights, now);
      next.go();
    }
  }
}

/** What a call weighs in each limit. */
export function weightsOf(limits: readonly RateLimit[], own: Weights | undefined, signed: boolean): Weights {
  return limits.map((limit, at) => (limit.signedOnly === true && !signed ? 0 : (own?.[at] ?? limit.weight)));
}

function headerNumber(headers: HeaderReader, name: string | undefined): number | undefined {
  const text = name === undefined ? null : headers.get(name);
  return text !== null && /^\d{1,15}(?:\.\d{1,9})?$/.test(text.trim()) ? Number(text) : undefined;
}

/** How long a window lasts yet; never longer than a whole one. */
function untilReset(value: number, epochMs: number, perMs: number): number {
  return Math.min(Math.max(0, value > YEAR_MS ? value - epochMs : value), perMs);
}
