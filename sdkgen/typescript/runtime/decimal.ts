/** Exact decimal numbers: every digit that stood on the wire, never a binary float. */

const GRAMMAR = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** Whether whoever makes a Decimal has checked its text already. */
let checked = false;

/** A Decimal of text that is known to be a number: the JSON reader has just read it as one. */
export function decimalOf(text: string): Decimal {
  checked = true;
  const made = new Decimal(text);
  checked = false;
  return made;
}

/** The largest power of ten that two numbers are brought to before they are added or compared digit by digit. */
const MAX_SHIFT = 10_000;

/** The longest number that is written without an exponent. */
const MAX_PLAIN = 400;

interface Parts {
  /** The value is `unscaled * 10 ** -scale`. */
  readonly unscaled: bigint;
  readonly scale: number;
}

/**
 * An immutable decimal number that keeps its text: `1.10` stays `1.10`.
 *
 * Operators would pass through binary floats, so they throw; use {@link Decimal.compare}, {@link Decimal.add} and the others.
 */
export class Decimal {
  readonly #text: string;

  /**
   * @param value - Decimal text as JSON writes it (`-12.50`, `1e-8`), or a whole number.
   * @throws RangeError where the text is no such number.
   */
  constructor(value: string | bigint) {
    if (!checked && typeof value !== "bigint" && (typeof value !== "string" || !GRAMMAR.test(value))) {
      throw new RangeError("a Decimal is made from decimal text such as \"1.10\" or from a bigint");
    }
    this.#text = typeof value === "string" ? value : String(value);
  }

  /** The number as it was written. */
  get text(): string {
    return this.#text;
  }

  /** -1, 0 or 1, as this number is less than, equal to or greater than the other. `1.0` and `1.00` are equal. */
  compare(other: Decimal): -1 | 0 | 1 {
    const left = partsOf(this);
    const right = partsOf(other);
    const signs = sign(left.unscaled) - sign(right.unscaled);
    if (signs !== 0) return signs < 0 ? -1 : 1;
    if (left.unscaled === 0n) return 0;
    const magnitudes = magnitude(left) - magnitude(right);
    if (magnitudes !== 0) return magnitudes > 0 === left.unscaled > 0n ? 1 : -1;
    const [a, b] = aligned(left, right);
    return a < b ? -1 : a > b ? 1 : 0;
  }

  /** Whether both are the same number, however it is written. */
  equals(other: Decimal): boolean {
    return this.compare(other) === 0;
  }

  /** The exact sum. */
  add(other: Decimal): Decimal {
    const left = partsOf(this);
    const right = partsOf(other);
    const [a, b] = aligned(left, right);
    return written(a + b, Math.max(left.scale, right.scale));
  }

  /** The exact difference. */
  sub(other: Decimal): Decimal {
    const left = partsOf(this);
    const right = partsOf(other);
    const [a, b] = aligned(left, right);
    return written(a - b, Math.max(left.scale, right.scale));
  }

  /** The exact product. */
  mul(other: Decimal): Decimal {
    const left = partsOf(this);
    const right = partsOf(other);
    return written(left.unscaled * right.unscaled, left.scale + right.scale);
  }

  /** The same number without an exponent, trailing zeros kept; beyond {@link MAX_PLAIN} digits as it was written. */
  toPlain(): string {
    return /[eE]/.test(this.text) ? plain(this.text) : this.text;
  }

  /** The number as it was written. */
  toString(): string {
    return this.text;
  }

  /** The text, so that `JSON.stringify` loses no digit. */
  toJSON(): string {
    return this.text;
  }

  /** What Node.js, Deno and Bun print. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `Decimal(${this.#text})`;
  }

  /** Text where text is asked for; everything else would be a binary float and throws. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string") return this.text;
    throw new TypeError("a Decimal has no operators; use compare, equals, add, sub, mul or toString");
  }
}

function partsOf(value: Decimal): Parts {
  const found = GRAMMAR.exec(value.text);
  if (found === null) throw new RangeError("no Decimal");
  const fraction = found[3] ?? "";
  const digits = BigInt((found[2] ?? "0") + fraction);
  const scale = fraction.length - Number(found[4] ?? "0");
  if (!Number.isSafeInteger(scale)) throw new RangeError("the exponent is too large to calculate with");
  return { unscaled: found[1] === "-" ? -digits : digits, scale };
}

function sign(value: bigint): -1 | 0 | 1 {
  return value < 0n ? -1 : value > 0n ? 1 : 0;
}

/** The position of the first digit: how many digits stand before the point. */
function magnitude(parts: Parts): number {
  const digits = (parts.unscaled < 0n ? -parts.unscaled : parts.unscaled).toString();
  return digits.length - parts.scale;
}

function aligned(left: Parts, right: Parts): [bigint, bigint] {
  const scale = Math.max(left.scale, right.scale);
  return [shifted(left.unscaled, scale - left.scale), shifted(right.unscaled, scale - right.scale)];
}

function shifted(value: bigint, places: number): bigint {
  if (value === 0n) return 0n;
  if (places > MAX_SHIFT) throw new RangeError("the exponents are too far apart to calculate with");
  return value * 10n ** BigInt(places);
}

function written(unscaled: bigint, scale: number): Decimal {
  if (Math.abs(scale) > MAX_SHIFT) throw new RangeError("the exponent is too large to calculate with");
  if (scale <= 0) return new Decimal(unscaled * 10n ** BigInt(-scale));
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, "0");
  const point = digits.length - scale;
  return new Decimal(`${unscaled < 0n ? "-" : ""}${digits.slice(0, point)}.${digits.slice(point)}`);
}

function plain(text: string): string {
  const found = GRAMMAR.exec(text);
  if (found === null) return text;
  const fraction = found[3] ?? "";
  const digits = (found[2] ?? "0") + fraction;
  const point = digits.length - fraction.length + Number(found[4] ?? "0");
  if (point > MAX_PLAIN || digits.length - point > MAX_PLAIN) return text;
  if (point <= 0) return `${found[1]}0.${"0".repeat(-point)}${digits}`;
  const whole = digits.slice(0, point).padEnd(point, "0").replace(/^0+(?=\d)/, "");
  const rest = digits.slice(point);
  return `${found[1]}${whole}${rest === "" ? "" : `.${rest}`}`;
}
