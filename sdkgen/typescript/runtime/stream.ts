/** What streams are, as data, and what a subscription gives. */

import type { AskingTable } from "./asking.js";
import type { AnyCodec } from "./codecs.js";
import type { DecodeError } from "./errors.js";
import type { JsonValue } from "./json.js";
import type { ParameterRow } from "./operation.js";
import type { Place, Step } from "./place.js";
import type { Operation } from "./operation.js";
import type { TimestampFormat } from "./recipe.js";

/** A message of a described kind. */
export interface Told<Type extends string, Value> {
  readonly type: Type;
  readonly value: Value;
}

/** What a subscription gives beside its channel's own messages. */
export type StreamMark =
  /** The connection broke and was made anew: messages may be missing before this one. */
  | { readonly type: "Reconnected" }
  /** The reader was too slow: so many messages were dropped here. */
  | { readonly type: "Dropped"; readonly count: number }
  /** A message of a kind that nobody described. */
  | { readonly type: "UnknownMessage"; readonly value: JsonValue }
  /** A message that does not fit its type. */
  | { readonly type: "DecodeError"; readonly error: DecodeError };

/** A document with holes in it, as JSON text: `{"op":"subscribe","id":"{id#}"}`. */
export type Template = string;

/** What a message must hold to be meant: places and texts, `*` for any. */
export type MatchTable = readonly (readonly [place: readonly Step[], text: string])[];

/** One kind of message. */
export interface MessageRow {
  readonly name: string;
  readonly codec: AnyCodec;
  readonly marks: readonly (readonly [path: readonly string[], texts: readonly string[]])[];
}

/** How a channel is subscribed to on a connection that carries several. */
export interface SubscriptionTable {
  readonly subscribe: Template;
  readonly unsubscribe?: Template;
  readonly messages: readonly MatchTable[];
  readonly confirmed?: MatchTable;
  readonly refused?: MatchTable;
  readonly private?: true;
}

/** One argument of a channel. */
export interface ChannelArgument {
  readonly property: string;
  readonly wireName: string;
  readonly default?: string;
}

/** One channel. */
export interface ChannelTable {
  readonly id: string;
  /** What follows a server's address, with `{name}` for arguments. */
  readonly path: string;
  readonly servers: readonly string[];
  readonly arguments: readonly ChannelArgument[];
  readonly query?: readonly ParameterRow[];
  readonly headers?: readonly ParameterRow[];
  readonly heard: readonly MessageRow[];
  readonly subscription?: SubscriptionTable;
}

/** A channel, what it is subscribed to with, and what it gives. */
export interface TypedChannel<Parameters extends object, Message> extends ChannelTable {
  /** Only for the type checker. */
  readonly types?: (parameters: Parameters) => Message;
}

/** How a connection proves who listens. */
export interface LoginTable {
  readonly send: Template;
  readonly payload: string;
  readonly timestamp?: TimestampFormat;
  readonly confirmed?: MatchTable;
  readonly refused?: MatchTable;
}

/** What keeps a connection alive. */
export interface HeartbeatTable {
  /** A document to send, or a plain text; a WebSocket ping where neither is given. */
  readonly document?: Template;
  readonly text?: string;
  readonly everyMs: number;
  readonly silenceMs: number;
  readonly asked?: MatchTable;
  readonly answer?: Template;
}

/** A key by which a private stream is opened, made over REST. */
export interface ListenKeyTable {
  readonly create: Operation;
  /** Left out where the key lasts as long as the connection that was opened with it. */
  readonly keepAlive?: Operation;
  readonly place: Place;
  /** Where `keepAlive` takes it. */
  readonly argument?: readonly string[];
  readonly everyMs: number;
  /** The channel's argument that takes it. */
  readonly parameter: string;
}

/** How an exchange's streams are spoken to. */
export interface StreamTable {
  readonly asking?: AskingTable;
  readonly url?: string;
  readonly privateUrl?: string;
  readonly login?: LoginTable;
  readonly heartbeat: HeartbeatTable;
  readonly listenKey?: ListenKeyTable;
}

/** A type, or each of several, without one property: the client fills it. */
export type Without<T, Property extends PropertyKey> = T extends unknown ? Omit<T, Property> : never;

/** A call over a connection. */
export interface StreamRequest<Payload, Reply> {
  readonly id: string;
  readonly channel: ChannelTable;
  readonly message: AnyCodec;
  /** Where the message carries its id, the property of the payload that is filled for it, and what the id is there. */
  readonly correlation?: { readonly place: readonly string[]; readonly property?: string; readonly as: "text" | "bigint" | "decimal" };
  readonly replies: readonly (MessageRow & { readonly correlation?: readonly string[]; readonly error?: true })[];
  /** Whether a login comes first. */
  readonly private?: true;
  /** Whether it proves who sends it, by itself or by a login. */
  readonly signed?: true;
  /** The placements of the messages' recipe that it gets. */
  readonly placements?: readonly number[];
  /** What it weighs in each limit, where that is not what the limits say. */
  readonly weights?: readonly number[];
  readonly repeatable?: true;
  /** Where in the message the client order id stands that makes it safe to repeat. */
  readonly orderId?: readonly Step[];
  /** Only for the type checker. */
  readonly types?: (payload: Payload) => Reply;
}
