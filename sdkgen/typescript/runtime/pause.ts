/** Waiting: timers of any length that a caller can end. */

/** How long is waited for an answer where the caller does not say. */
export const DEFAULT_TIMEOUT_MS = 10_000;

/** The longest time that a timer can wait for. */
export const LONGEST_TIMER_MS = 2_147_483_647;

/** One timer that is set, moved and cleared. */
export class Alarm {
  readonly #ring: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** Ring once after so long, instead of when it was to ring before. */
  set(afterMs: number): void {
    this.clear();
    this.#timer = setTimeout(this.#ring, Math.min(Math.ceil(afterMs), LONGEST_TIMER_MS));
  }

  /** Not ring at all. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/**
 * Wait.
 *
 * @throws the signal's reason where it ends the waiting.
 */
export async function pause(forMs: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  if (forMs <= 0) return;
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener("abort", stop);
        resolve();
      },
      Math.min(forMs, LONGEST_TIMER_MS),
    );
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** The longest random pause. */
const LONGEST_PAUSE_MS = 8_000;

/** How long to wait after so many failures: a random part of a time that doubles ("full jitter"). */
export function jitter(failures: number, random: () => number): number {
  return random() * Math.min(LONGEST_PAUSE_MS, 250 * 2 ** (failures - 1));
}
