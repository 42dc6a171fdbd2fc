/** The checksum by which an exchange sums its book up, held against the book that was kept. */

import type { BookLevel } from "./book.js";
import type { Step } from "./place.js";

/** How messages sum the book up. */
export interface ChecksumTable {
  readonly place: readonly Step[];
  readonly levels: number;
  readonly joining: "asks_bids" | "bids_asks" | "in_turn";
  /** Whether numbers lose their point and the zeros that they then begin with. */
  readonly digits: boolean;
  readonly separator: string;
}

const ENCODER = new TextEncoder();
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = (rest & 1) === 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** The CRC-32 of zip and PNG, unsigned. */
function crc32(text: string): number {
  let rest = 0xffffffff;
  for (const byte of ENCODER.encode(text)) rest = (rest >>> 8) ^ (TABLE[(rest ^ byte) & 0xff] as number);
  return (rest ^ 0xffffffff) >>> 0;
}

/** Whether `told`, signed or not, is the checksum of these levels; each side is best first, and no longer than it covers. */
export function isSumOf(told: string, table: ChecksumTable, bids: readonly BookLevel[], asks: readonly BookLevel[]): boolean {
  const texts = joined(table, bids, asks).flatMap(([price, quantity]) => [price.toPlain(), quantity.toPlain()]);
  const right = crc32((table.digits ? texts.map(digits) : texts).join(table.separator));
  return told === String(right) || told === String(right - 2 ** 32);
}

function joined(table: ChecksumTable, bids: readonly BookLevel[], asks: readonly BookLevel[]): readonly BookLevel[] {
  switch (table.joining) {
    case "asks_bids":
      return [...asks, ...bids];
    case "bids_asks":
      return [...bids, ...asks];
    case "in_turn":
      return Array.from({ length: Math.max(bids.length, asks.length) }, (_, at) => [...bids.slice(at, at + 1), ...asks.slice(at, at + 1)]).flat();
  }
}

const digits = (text: string): string => text.replace(".", "").replace(/^0+/, "");
