/** WebSockets, whoever made them: opened in time, read as text of bounded length, closed for certain. */

import { ConfigurationError, SdkError, TimeoutError, TransportError } from "./errors.js";

/** What a client needs of a WebSocket. The platform's own and those of npm's `ws` are such. */
export interface WebSocketLike {
  readonly readyState: number;
  binaryType: string;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open" | "message" | "close" | "error", listener: (event: never) => void): void;
  ping?(): void;
  terminate?(): void;
}

/** A class of WebSockets. */
export type WebSocketClass = new (url: string, options?: { headers: Record<string, string> }) => WebSocketLike;

/** What is told of an open connection. */
export interface SocketEvents {
  /** A message came: its text, or undefined where it is bytes that are none. */
  readonly heard: (text: string | undefined) => void;
  readonly closed: (reason: SdkError) => void;
}

const OPEN = 1;
const NORMAL_CLOSURE = 1_000;
const CLOSING_MS = 2_000;

/** One open connection. */
export class Socket {
  readonly #socket: WebSocketLike;
  readonly #events: SocketEvents;
  readonly #maxBytes: number;
  #ended = false;
  #closing = false;
  /** Settles when the connection is gone. */
  readonly gone: Promise<void>;
  #left: () => void = () => undefined;

  /** What came before anybody listened, such as with the opening answer; undefined once somebody does. */
  #early: (string | undefined)[] | undefined = [];

  private constructor(socket: WebSocketLike, maxBytes: number, events: SocketEvents) {
    this.#socket = socket;
    this.#events = events;
    this.#maxBytes = maxBytes;
    this.gone = new Promise((resolve) => (this.#left = resolve));
    socket.addEventListener("message", (event: { readonly data: unknown }) => this.#message(event.data));
    socket.addEventListener("close", (event: { readonly code?: number }) => {
      this.#left();
      this.#end(new TransportError(`the exchange closed the stream (${event.code ?? "no code"})`));
    });
  }

  /**
   * Open a connection.
   *
   * @throws ConfigurationError where there is no class of WebSockets, TransportError or TimeoutError where nobody answers.
   */
  static async open(url: string, headers: Record<string, string>, own: WebSocketClass | undefined, timeoutMs: number, maxBytes: number, events: SocketEvents): Promise<Socket> {
    const Class = own ?? (globalThis as { WebSocket?: WebSocketClass }).WebSocket;
    if (Class === undefined) {
      throw new ConfigurationError("there is no WebSocket here: use Node.js 22, start Node.js 20 with --experimental-websocket, or give the client a class as WebSocket");
    }
    let raw: WebSocketLike;
    try {
      raw = Object.keys(headers).length === 0 ? new Class(url) : new Class(url, { headers });
    } catch {
      throw new ConfigurationError("the stream's address can't be connected to");
    }
    raw.binaryType = "arraybuffer";
    const opening = new Socket(raw, maxBytes, events);
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => {
        reject(new TimeoutError(`the stream did not open within ${timeoutMs} ms`));
        raw.close();
      }, timeoutMs);
      const failed = (): void => {
        clearTimeout(late);
        reject(new TransportError("the stream could not be opened", false));
      };
      raw.addEventListener("open", () => {
        clearTimeout(late);
        resolve();
      });
      raw.addEventListener("error", failed);
      raw.addEventListener("close", failed);
    });
    return opening;
  }

  /** Listen from now on, to what came before as well. */
  start(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const text of early) this.#events.heard(text);
  }

  /** Send a text; lost where the connection is closing. */
  send(text: string): void {
    if (this.#socket.readyState === OPEN) this.#socket.send(text);
  }

  /** Send a WebSocket ping where that is possible. */
  ping(): void {
    if (this.#socket.readyState === OPEN) this.#socket.ping?.();
  }

  /** Close it well, and wait a little for the other side. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#socket.close(NORMAL_CLOSURE);
    let timer: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([this.gone, new Promise((resolve) => (timer = setTimeout(resolve, CLOSING_MS)))]);
    clearTimeout(timer);
    this.#end(new TransportError("the stream was closed"));
    this.#socket.terminate?.();
  }

  /** Give it up: the other side is silent, or sends what can't be. */
  drop(reason: SdkError): void {
    this.#end(reason);
    if (this.#socket.terminate === undefined) this.#socket.close();
    else this.#socket.terminate();
  }

  #message(data: unknown): void {
    if (this.#ended || this.#closing) return;
    const size = typeof data === "string" ? data.length : data instanceof ArrayBuffer ? data.byteLength : 0;
    if (size > this.#maxBytes) return this.drop(new TransportError(`a message is longer than ${this.#maxBytes} bytes`));
    const text = textOf(data);
    if (this.#early === undefined) this.#events.heard(text);
    else this.#early.push(text);
  }

  #end(reason: SdkError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#events.closed(reason);
  }
}

const UTF8 = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true });

function textOf(data: unknown): string | undefined {
  if (typeof data === "string") return data;
  try {
    return data instanceof ArrayBuffer ? UTF8.decode(data) : undefined;
  } catch {
    return undefined;
  }
}
