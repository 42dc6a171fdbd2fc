/** One connection: opened, logged in, subscribed, kept alive, and made anew when it breaks. */

import type { Core } from "./core.js";
import { ConfigurationError, DecodeError, SdkError, TimeoutError, TransportError } from "./errors.js";
import { type Consider, Expectations } from "./expectations.js";
import { Heart } from "./heart.js";
import { type JsonValue, parseJson } from "./json.js";
import { jitter, pause } from "./pause.js";
import { Socket } from "./socket.js";
import type { Soon } from "./soon.js";
import type { MatchTable, StreamTable } from "./stream.js";
import { filled, matches, type Values } from "./template.js";
import { type Address, belongs, type Listener, type Settings, signOfLife, type Topic } from "./topic.js";

/** One connection. */
export class Connection {
  readonly #core: Core;
  readonly #table: StreamTable;
  readonly #settings: Settings;
  readonly #address: () => Promise<Address>;
  readonly #ended: () => void;
  readonly #topics = new Map<string, Topic>();
  readonly #expected: Expectations;
  readonly #closing = new AbortController();
  #held = 0;
  #running = false;
  #opened = false;
  #socket: Socket | undefined;
  #heart: Heart | undefined;
  #login: Promise<void> | undefined;
  #up: Promise<void> | undefined;
  #lastId = 0;

  /** @param ended - Told when nobody needs the connection any more. */
  constructor(core: Core, table: StreamTable, settings: Settings, address: () => Promise<Address>, ended: () => void) {
    this.#core = core;
    this.#table = table;
    this.#settings = settings;
    this.#address = address;
    this.#ended = ended;
    this.#expected = new Expectations(settings.timeoutMs);
  }

  /** Listen to a topic; it is subscribed to where nobody listened yet. */
  join(topic: Topic, listener: Listener): Topic {
    const known = this.#topics.get(topic.key);
    if (known !== undefined) {
      known.listeners.add(listener);
      if (known.state === "live") queueMicrotask(() => listener.live(true));
      return known;
    }
    topic.listeners.add(listener);
    this.#topics.set(topic.key, topic);
    if (this.#running) void this.#up?.then(() => this.#join(topic)).catch(() => undefined);
    else void this.#run();
    return topic;
  }

  /** Listen no longer; the last one to leave ends the subscription, and the last subscription the connection. */
  leave(topic: Topic, listener: Listener): void {
    topic.listeners.delete(listener);
    if (topic.listeners.size > 0 || this.#topics.get(topic.key) !== topic) return;
    this.#topics.delete(topic.key);
    this.#unsubscribe(topic);
    if (this.#idle()) void this.close();
  }

  /** Leave a topic and subscribe to it anew, for the snapshot that comes with it; false where it is not (yet) subscribed to. */
  again(topic: Topic): boolean {
    if (topic.state !== "live") return false;
    if (topic.channel.subscription?.unsubscribe === undefined) {
      this.#socket?.drop(new TransportError("the stream is made anew, for a new snapshot"));
      return true;
    }
    topic.state = "again";
    this.#unsubscribe(topic);
    void this.#join(topic);
    return true;
  }

  /**
   * Send one message and wait for what `consider` takes for its answer.
   *
   * @throws SdkError, or the signal's reason where it came before the message was sent.
   */
  async ask<T>(signed: boolean, message: (id: string) => Soon<string>, consider: (document: JsonValue, id: string) => { readonly value: T } | undefined, signal?: AbortSignal): Promise<T> {
    this.#held += 1;
    try {
      if (!this.#running) void this.#run();
      await this.#prepared(signed);
      const id = this.#nextId();
      const text = await message(id);
      signal?.throwIfAborted();
      return await this.#expect<T>(text, (document) => consider(document, id), signal);
    } finally {
      this.#held -= 1;
    }
  }

  /** Have the connection open and, where that is asked for, logged in. Whatever goes wrong here, the request itself was not sent. */
  async #prepared(signed: boolean): Promise<void> {
    try {
      await this.#up;
      if (signed) await this.#loggedIn();
    } catch (error) {
      if (error instanceof TimeoutError) throw new TimeoutError(error.message, false);
      throw error instanceof TransportError ? new TransportError(error.message, false) : error;
    }
  }

  /** Close it well; whoever listens ends without an error. */
  async close(): Promise<void> {
    this.#closing.abort();
    const socket = this.#socket;
    this.#heart?.stop();
    this.#ended();
    this.#expected.lose(new TransportError("the stream was closed"));
    await socket?.close();
  }

  #idle(): boolean {
    return this.#topics.size === 0 && this.#held === 0;
  }

  async #run(): Promise<void> {
    this.#running = true;
    const { signal } = this.#closing;
    let failures = 0;
    while (!signal.aborted) {
      let up!: () => void;
      let notUp!: (reason: unknown) => void;
      this.#up = new Promise((resolve, reject) => ([up, notUp] = [resolve, reject]));
      this.#up.catch(() => undefined);
      // What asks during a pause waits for the next session.
      if (failures > 0) await pause(jitter(failures, this.#settings.random), signal).catch(() => undefined);
      try {
        await this.#session(() => {
          failures = 0;
          this.#opened = true;
          up();
        });
      } catch (error) {
        notUp(error);
        if (signal.aborted) break;
        if (!this.#opened || !(error instanceof SdkError) || error instanceof ConfigurationError) return this.#fail(error);
      }
      notUp(new TransportError("the stream was closed", false));
      failures += 1;
    }
  }

  /** Open, greet and listen until the connection ends; always throws why it did. */
  async #session(opened: () => void): Promise<void> {
    const { url, headers, keepAlive } = await this.#address();
    const { webSocket, timeoutMs, maxMessageBytes } = this.#settings;
    let lost!: (reason: SdkError) => void;
    const over = new Promise<never>((_, reject) => (lost = reject));
    over.catch(() => undefined);
    const socket = await Socket.open(url, headers, webSocket, timeoutMs, maxMessageBytes, { heard: (text) => this.#heard(text), closed: lost });
    if (this.#closing.signal.aborted) return socket.close();
    this.#socket = socket;
    const heartbeat = this.#table.heartbeat;
    const silent = (): void => socket.drop(new TransportError(`the stream was silent for ${heartbeat.silenceMs} ms`));
    this.#heart = new Heart(heartbeat.everyMs, heartbeat.silenceMs, () => this.#beat(), silent);
    const expired = (error: unknown): void => socket.drop(error instanceof SdkError ? error : new TransportError("the stream's key could not be kept alive"));
    socket.start();
    const keeping = keepAlive && setInterval(() => void keepAlive.run().catch(expired), keepAlive.everyMs);
    try {
      await Promise.race([this.#greet(), over]);
      opened();
      await over;
    } finally {
      clearInterval(keeping);
      this.#heart.stop();
      this.#socket = undefined;
      this.#login = undefined;
      socket.drop(new TransportError("the stream was given up"));
      this.#expected.lose(new TransportError("the stream broke before the answer came"));
      for (const topic of this.#topics.values()) {
        if (topic.state === "live") topic.state = "again";
        for (const listener of topic.listeners) listener.down();
      }
    }
  }

  async #greet(): Promise<void> {
    await Promise.all([...this.#topics.values()].map((topic) => this.#subscribe(topic)));
  }

  /** Subscribe on a connection that is up already. */
  async #join(topic: Topic): Promise<void> {
    try {
      if (this.#topics.get(topic.key) === topic && topic.state !== "live" && this.#socket !== undefined) await this.#subscribe(topic);
    } catch (error) {
      // Where the connection is gone, the next one subscribes.
      if (!(error instanceof TransportError)) this.#socket?.drop(error instanceof SdkError ? error : new TransportError("the stream was given up"));
    }
  }

  async #subscribe(topic: Topic): Promise<void> {
    const table = topic.channel.subscription;
    const again = topic.state === "again";
    try {
      if (table !== undefined) {
        if (table.private === true) await this.#loggedIn();
        await this.#confirmed(table.subscribe, table.confirmed, table.refused, topic.values, (error) => this.#refuse(topic, error));
      }
    } catch (error) {
      if (error instanceof TransportError || again) throw error;
      return this.#refuse(topic, error);
    }
    topic.state = "live";
    for (const listener of topic.listeners) listener.live(false);
  }

  #unsubscribe(topic: Topic): void {
    const template = topic.channel.subscription?.unsubscribe;
    if (template !== undefined) this.#socket?.send(filled(template, this.#values(this.#nextId(), topic.values)));
  }

  #refuse(topic: Topic, error: unknown): void {
    this.#topics.delete(topic.key);
    for (const listener of topic.listeners) listener.failed(error);
    if (this.#idle()) void this.close();
  }

  #fail(error: unknown): void {
    this.#closing.abort();
    this.#ended();
    const topics = [...this.#topics.values()];
    this.#topics.clear();
    for (const topic of topics) for (const listener of topic.listeners) listener.failed(error);
  }

  /** Log in once on each connection; where that fails, whoever needs it next tries again. */
  #loggedIn(): Promise<void> {
    if (this.#login !== undefined) return this.#login;
    const login = this.#sendLogin();
    this.#login = login;
    login.catch(() => {
      if (this.#login === login) this.#login = undefined;
    });
    return login;
  }

  async #sendLogin(): Promise<void> {
    const login = this.#table.login;
    if (login === undefined) return;
    const proof = await this.#core.proof(login.payload, login.timestamp);
    await this.#confirmed(login.send, login.confirmed, login.refused, (name) => proof.get(name));
  }

  /** Send a template; settles when the exchange confirmed it, or at once where it never does. */
  async #confirmed(template: string, confirmed: MatchTable | undefined, refused: MatchTable | undefined, own: Values, late?: (error: SdkError) => void): Promise<void> {
    const values = this.#values(this.#nextId(), own);
    const text = filled(template, values);
    const refusal = (document: JsonValue): SdkError | undefined =>
      refused !== undefined && matches(document, refused, values) ? this.#core.refusedBy(document) : undefined;
    if (confirmed === undefined) {
      this.#socket?.send(text);
      if (refused === undefined || late === undefined) return;
      const watched = this.#expect(undefined, (document) => {
        const error = refusal(document);
        return error && { value: late(error) };
      });
      return void watched.catch(() => undefined);
    }
    await this.#expect(text, (document) => {
      const error = refusal(document);
      if (error !== undefined) throw error;
      return matches(document, confirmed, values) ? { value: undefined } : undefined;
    });
  }

  /** Send, and wait in time for a message that `consider` makes a value (or an error) of. */
  async #expect<T>(text: string | undefined, consider: Consider<T>, signal?: AbortSignal): Promise<T> {
    const socket = this.#socket;
    if (socket === undefined) throw new TransportError("the stream is not open", false);
    const answer = this.#expected.wait(consider, signal);
    if (text !== undefined) socket.send(text);
    return answer;
  }

  #heard(text: string | undefined): void {
    this.#heart?.heard();
    if (text === undefined) return this.#garbled("a message of the stream is no UTF-8");
    let document: JsonValue;
    try {
      document = parseJson(text);
    } catch {
      const isPong = this.#table.heartbeat.text !== undefined && text.length <= LONGEST_PONG;
      return isPong ? undefined : this.#garbled("a message of the stream is no JSON");
    }
    const { asked, answer } = this.#table.heartbeat;
    if (asked !== undefined && answer !== undefined && matches(document, asked, nothing)) {
      const sign = signOfLife(document, answer);
      return sign === undefined ? this.#garbled("a heartbeat of the stream can't be answered") : this.#socket?.send(sign);
    }
    if (this.#expected.consider(document)) return;
    for (const topic of this.#topics.values()) if (belongs(document, topic)) for (const listener of topic.listeners) listener.heard(document);
  }

  #garbled(problem: string): void {
    for (const topic of this.#topics.values()) for (const listener of topic.listeners) listener.garbled(new DecodeError(problem));
  }

  #beat(): void {
    const { document, text } = this.#table.heartbeat;
    if (text !== undefined) this.#socket?.send(text);
    else if (document !== undefined) this.#socket?.send(filled(document, this.#values(this.#nextId(), nothing)));
    else this.#socket?.ping();
  }

  #nextId(): string {
    this.#lastId += 1;
    return String(this.#lastId);
  }

  #values(id: string, own: Values): Values {
    return (name) => (name === "id" ? id : (own(name) ?? (name === "timestamp" ? this.#core.timestamp() : undefined)));
  }
}

const LONGEST_PONG = 32;
const nothing: Values = () => undefined;
