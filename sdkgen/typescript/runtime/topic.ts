/** What connections carry: topics, who listens to them, and which messages are theirs. */

import type { DecodeError } from "./errors.js";
import type { JsonValue } from "./json.js";
import { valueAt } from "./place.js";
import type { WebSocketClass } from "./socket.js";
import type { ChannelTable, Template } from "./stream.js";
import { filled, isOf, kindOf, matches, type Values } from "./template.js";
import { plainText } from "./wire.js";

/** Where to connect, and what keeps that address valid. */
export interface Address {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly keepAlive?: { readonly everyMs: number; readonly run: () => Promise<void> };
}

/** Someone who hears what a topic brings. */
export interface Listener {
  readonly heard: (document: JsonValue) => void;
  /** Something came that can't be read. */
  readonly garbled: (error: DecodeError) => void;
  /** The connection broke. */
  readonly down: () => void;
  /** The exchange sends what was asked for, for the first time or again; `late` where it does so already, for others. */
  readonly live: (late: boolean) => void;
  readonly failed: (error: unknown) => void;
}

/** A channel with its arguments: what is subscribed to once, however many listen. */
export interface Topic {
  readonly key: string;
  readonly channel: ChannelTable;
  readonly values: Values;
  readonly listeners: Set<Listener>;
  state: "waiting" | "live" | "again";
}

/** What all connections of one client share. */
export interface Settings {
  readonly webSocket: WebSocketClass | undefined;
  readonly timeoutMs: number;
  readonly maxMessageBytes: number;
  readonly random: () => number;
}

/** What answers a message that asks for a sign of life; undefined where it does not hold what belongs into the answer. */
export function signOfLife(document: JsonValue, answer: Template): string | undefined {
  try {
    return filled(answer, (place) => {
      const found = valueAt(document, place.split(".")) as JsonValue | undefined;
      return found === undefined ? undefined : plainText(found);
    });
  } catch {
    return undefined;
  }
}

/** Whether a message is one of the topic's. A channel without a subscription has its connection to itself. */
export function belongs(document: JsonValue, topic: Topic): boolean {
  const table = topic.channel.subscription;
  if (table === undefined) return true;
  if (table.messages.length > 0) return table.messages.some((match) => matches(document, match, topic.values));
  return isOf(document, kindOf(document, topic.channel.heard));
}
