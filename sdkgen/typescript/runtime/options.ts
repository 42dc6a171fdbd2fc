/** What a client and a call can be told, and what they tell. */

import type { Behaviour } from "./behaviour.js";
import type { ErrorKind } from "./errors.js";
import type { JsonValue } from "./json.js";
import type { Recipe } from "./recipe.js";
import type { WebSocketClass } from "./socket.js";

/** The part of an answer that is not its value: status and headers, such as the rate limit's. */
export interface AnswerInfo {
  /** The operation's name in the description. */
  readonly operation: string;
  readonly status: number;
  readonly headers: Headers;
}

/** One attempt of a call, as hooks are told of it. It holds no query, header or body: they may hold signatures. */
export interface AttemptInfo {
  /** The operation's name in the description. */
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** The answer's status; `null` before there is one. */
  readonly status: number | null;
  /** How long the attempt took, in milliseconds. */
  readonly elapsedMs: number;
  /** The largest weight that the call has in any rate limit. */
  readonly weight: number;
  /** What went wrong; `null` where nothing did. */
  readonly errorKind: ErrorKind | null;
  /** How long the client waits before the next attempt, in milliseconds. */
  readonly pauseMs: number;
}

/** What may be said of one call. */
export interface CallOptions {
  /** Ends the call early, waiting included; it then fails with the signal's reason. */
  readonly signal?: AbortSignal;
  /** How long the answer of one attempt may take, in milliseconds, instead of the client's own time-out. */
  readonly timeoutMs?: number;
  /** Told of every answer before it is read, error answers included. */
  readonly onAnswer?: (answer: AnswerInfo) => void;
}

/** How a client is made. Everything is optional; signed operations need credentials. */
export interface ClientOptions {
  /** The API key. */
  readonly key?: string;
  /** The secret that requests are signed with. It is never shown, logged or put into an error. */
  readonly secret?: string;
  /** The passphrase, on exchanges that hand one out. */
  readonly passphrase?: string;
  /** Where the API is, instead of the usual place. */
  readonly baseUrl?: string;
  /** How long the answer of one attempt may take, in milliseconds. 10,000 unless said otherwise. */
  readonly timeoutMs?: number;
  /** How often a call is tried again where that is safe. 2 unless said otherwise. */
  readonly retries?: number;
  /** Whether the client keeps to the exchange's rate limits by itself. It does unless this is `false`. */
  readonly rateLimits?: boolean;
  /** The longest wait that a rate limit or the exchange may impose, in milliseconds. 30,000 unless said otherwise. */
  readonly maxWaitMs?: number;
  /** The longest answer that is read, in bytes. 64 MiB unless said otherwise. */
  readonly maxAnswerBytes?: number;
  /** Headers that every request carries. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The clock that requests are signed with, in milliseconds since 1970. */
  readonly now?: () => number;
  /** The nonce of each signed request, instead of the usual one. */
  readonly nonce?: () => string;
  /** Numbers from 0 to 1 for the pauses between attempts, instead of `Math.random`. */
  readonly random?: () => number;
  /** Where streams are, instead of the usual place: `ws`, `wss`, `http` or `https`. */
  readonly streamUrl?: string;
  /** The class of WebSockets that streams use, instead of the global one. */
  readonly WebSocket?: WebSocketClass;
  /** The longest message that is read from a stream, in bytes. 16 MiB unless said otherwise. */
  readonly maxMessageBytes?: number;
  /** What sends the requests, instead of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
  /** Told of every answer before it is read, error answers included. */
  readonly onAnswer?: (answer: AnswerInfo) => void;
  /** Told before each attempt. */
  readonly onRequest?: (attempt: AttemptInfo) => void;
  /** Told after each attempt, whether it was answered or not. */
  readonly onResponse?: (attempt: AttemptInfo) => void;
  /** Told before each pause that a further attempt follows. */
  readonly onRetry?: (attempt: AttemptInfo) => void;
}

/** What streams need of it. */
export type StreamOptions = Pick<ClientOptions, "streamUrl" | "WebSocket" | "timeoutMs" | "maxMessageBytes" | "random">;

/** What is asked for beside method and path by {@link Core.request}. */
export interface RawRequest extends CallOptions {
  /** Names and values; they are percent-encoded. */
  readonly query?: Iterable<readonly [name: string, value: string]> | Readonly<Record<string, string>>;
  /** The body, sent as JSON. */
  readonly body?: JsonValue;
  /** Whether the request proves who calls. */
  readonly signed?: boolean;
}

/** What came back for a request that no description knows. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Exact JSON, text where it is no JSON, undefined where there is nothing. */
  readonly body: JsonValue | undefined;
}

/** What a package knows of its API. */
export interface Product {
  readonly baseUrl: string | undefined;
  readonly userAgent: string;
  readonly recipe: Recipe | undefined;
  readonly behaviour: Behaviour;
}
