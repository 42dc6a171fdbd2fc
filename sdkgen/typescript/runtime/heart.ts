/** Signs of life on a connection: sent when it is quiet, missed when it is dead. */

import { Alarm } from "./pause.js";

/** Watches one connection. */
export class Heart {
  readonly #everyMs: number;
  readonly #silenceMs: number;
  readonly #beat: () => void;
  readonly #dead: () => void;
  readonly #alarm = new Alarm(() => this.#check());
  #heardAt = performance.now();
  #beatAt = 0;

  /**
   * @param beat - Sends a sign of life.
   * @param dead - Told when the other side was silent for too long.
   */
  constructor(everyMs: number, silenceMs: number, beat: () => void, dead: () => void) {
    this.#everyMs = everyMs;
    this.#silenceMs = silenceMs;
    this.#beat = beat;
    this.#dead = dead;
    this.#alarm.set(Math.min(everyMs, silenceMs));
  }

  /** The other side lives. */
  heard(): void {
    this.#heardAt = performance.now();
  }

  /** Watch no longer. */
  stop(): void {
    this.#alarm.clear();
  }

  #check(): void {
    const now = performance.now();
    if (now - this.#heardAt >= this.#silenceMs) return this.#dead();
    const quietSince = Math.max(this.#heardAt, this.#beatAt);
    if (now - quietSince >= this.#everyMs) {
      this.#beatAt = now;
      this.#beat();
    }
    const next = Math.min(Math.max(this.#heardAt, this.#beatAt) + this.#everyMs, this.#heardAt + this.#silenceMs);
    this.#alarm.set(Math.max(1, next - now));
  }
}
