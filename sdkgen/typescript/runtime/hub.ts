/** The streams of one client: which connection a subscription needs, and the end of all of them. */

import { Connection } from "./connection.js";
import type { Core } from "./core.js";
import { type AskingTable, identifier, refusalIn, statusOf } from "./asking.js";
import { ConfigurationError } from "./errors.js";
import { type JsonValue, writeJson } from "./json.js";
import type { StreamOptions } from "./options.js";
import { DEFAULT_TIMEOUT_MS } from "./pause.js";
import type { Said, SpeakOptions } from "./send.js";
import type { Soon } from "./soon.js";
import { textAt } from "./place.js";
import { BookStream, type BookOptions, type BookTable, spokenFor } from "./keeper.js";
import type { ChannelTable, StreamRequest, StreamTable, TypedChannel } from "./stream.js";
import { type SubscribeOptions, Subscription } from "./subscription.js";
import { filledText, isOf, kindOf, matches } from "./template.js";
import type { Address, Listener, Topic } from "./topic.js";
import { NO_HEADERS } from "./transport.js";
import { headerText, joinedPairs, percentEncoded, queryPairs } from "./wire.js";

const DEFAULT_MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

const USUAL_ASKING: AskingTable = { status: ["status"] };

/** The streams of one client. */
export class Hub {
  readonly #core: Core;
  readonly #table: StreamTable;
  readonly #options: StreamOptions;
  readonly #connections = new Map<string, Connection>();
  readonly #ends = new Set<() => void>();
  /** How often everything was closed. */
  #closings = 0;

  constructor(core: Core, table: StreamTable) {
    this.#core = core;
    this.#table = table;
    this.#options = core.streamOptions;
  }

  /** Subscribe to a channel. */
  subscribe<Parameters extends object, Message>(channel: TypedChannel<Parameters, Message>, parameters: Parameters, options: SubscribeOptions = {}): Subscription<Message> {
    const { connection, topic } = this.#topic(channel, parameters as Record<string, unknown>);
    let end: () => void = () => undefined;
    const subscription = new Subscription<Message>(channel.heard, options, (listener) => {
      const joined = connection.join(topic, listener);
      return () => {
        this.#ends.delete(end);
        connection.leave(joined, listener);
      };
    });
    end = () => subscription.end();
    this.#ends.add(end);
    return subscription;
  }

  /** Keep an order book. */
  book<Parameters extends object>(channel: TypedChannel<Parameters, unknown>, table: BookTable, symbol: string, options: BookOptions<Parameters> = {}): BookStream {
    const { connection, topic } = this.#topic(channel, { ...options.arguments, ...Object.fromEntries(table.arguments.map(([name, text]) => [name, filledText(text, spokenFor(symbol))])) });
    let end: () => void = () => undefined;
    const book = new BookStream(this.#core, table, symbol, options, (listener: Listener) => {
      const joined = connection.join(topic, listener);
      return {
        again: () => connection.again(joined),
        leave: () => {
          this.#ends.delete(end);
          connection.leave(joined, listener);
        },
      };
    });
    end = () => book.end();
    this.#ends.add(end);
    return book;
  }

  /** Send a message and wait for its reply, as often as is safe. */
  async ask<Payload, Reply>(request: StreamRequest<Payload, Reply>, payload: Payload, parameters: object = {}, options: SpeakOptions = {}): Promise<Reply> {
    const bare = numbered(request, payload, "0"); // a mistake is the caller's before anything is opened
    const order = request.orderId === undefined ? undefined : textAt(bare, NO_HEADERS, request.orderId);
    const { url } = this.#topic(request.channel, parameters as Record<string, unknown>, true);
    const closings = this.#closings;
    const say = async (): Promise<Said<Reply>> => {
      if (this.#closings !== closings) throw new ConfigurationError("the client was closed; nothing more is sent");
      const { connection } = this.#topic(request.channel, parameters as Record<string, unknown>, true);
      const message = (id: string): Soon<string> => this.#signed(request, numbered(request, payload, id));
      return connection.ask<Said<Reply>>(request.private === true, message, (document, id) => this.#replied(request, document, id), options.signal);
    };
    return this.#core.speak(request, new URL(url).pathname, request.repeatable === true || (order ?? "") !== "", say, options);
  }

  #signed(request: StreamRequest<never, unknown>, message: JsonValue): Soon<string> {
    const recipe = this.#table.asking?.recipe;
    return recipe === undefined || request.placements === undefined ? writeJson(message) : this.#core.signedMessage(request, recipe, message);
  }

  /** What a message means to who asked; undefined where it is no reply. */
  #replied<Reply>(request: StreamRequest<never, Reply>, document: JsonValue, id: string): { readonly value: Said<Reply> } | undefined {
    const table = this.#table.asking ?? USUAL_ASKING;
    if (table.acknowledged !== undefined && matches(document, table.acknowledged, () => undefined)) return undefined;
    const kind = kindOf(document, request.replies);
    const place = (kind ?? request.replies[0])?.correlation;
    if (place === undefined ? !isOf(document, kind) : textAt(document, NO_HEADERS, place) !== id) return undefined;
    const refusal = refusalIn(document, kind?.error === true, table, this.#core.repliesOf(table.errors), this.#core.now());
    if (refusal !== undefined) throw refusal;
    if (kind === undefined) throw this.#core.refusedBy(document);
    return { value: { value: kind.codec.decode(document) as Reply, status: statusOf(document, table) } };
  }

  /** Close every connection; every subscription ends without an error. */
  async close(): Promise<void> {
    this.#closings += 1;
    const connections = [...this.#connections.values()];
    for (const end of [...this.#ends]) end();
    await Promise.all(connections.map((connection) => connection.close()));
  }

  #topic(channel: ChannelTable, parameters: Readonly<Record<string, unknown>>, shared = channel.subscription !== undefined): { readonly connection: Connection; readonly topic: Topic; readonly url: string } {
    const values = this.#valuesOf(channel, parameters);
    const listenKey = this.#table.listenKey;
    const needsKey = listenKey !== undefined && channel.arguments.some((each) => each.wireName === listenKey.parameter) && !values.has(listenKey.parameter);
    const url = this.#url(channel, parameters, values, needsKey);
    const key = writeJson([channel.id, ...[...values].flat()]);
    const line = shared ? url : `${url} ${key}`;
    let connection = this.#connections.get(line);
    if (connection === undefined) {
      const { timeoutMs = DEFAULT_TIMEOUT_MS, maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES, WebSocket: webSocket, random = Math.random } = this.#options;
      const headers = headersOf(channel, parameters);
      const address = async (): Promise<Address> => (needsKey ? this.#keyed(url, headers) : { url, headers });
      const made: Connection = new Connection(this.#core, this.#table, { webSocket, timeoutMs, maxMessageBytes, random }, address, () => {
        if (this.#connections.get(line) === made) this.#connections.delete(line);
      });
      connection = made;
      this.#connections.set(line, connection);
    }
    return { connection, url, topic: { key, channel, values: (name) => values.get(name), listeners: new Set(), state: "waiting" } };
  }

  #valuesOf(channel: ChannelTable, parameters: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
    const values = new Map<string, string>();
    const others = new Set([...(channel.query ?? []), ...(channel.headers ?? [])].map((row) => row.property));
    for (const name of Object.keys(parameters)) {
      if (!others.has(name) && !channel.arguments.some((each) => each.property === name)) {
        throw new ConfigurationError(`argument ${name}: ${channel.id} has no such argument`);
      }
    }
    for (const { property, wireName, default: usual } of channel.arguments) {
      const given = Object.hasOwn(parameters, property) ? parameters[property] : undefined;
      const value = given === undefined || given === null ? usual : String(given);
      if (value !== undefined) values.set(wireName, value);
      else if (wireName !== this.#table.listenKey?.parameter) throw new ConfigurationError(`argument ${property}: is missing`);
    }
    return values;
  }

  #url(channel: ChannelTable, parameters: Readonly<Record<string, unknown>>, values: ReadonlyMap<string, string>, needsKey: boolean): string {
    const isPrivate = channel.subscription?.private === true || needsKey;
    const base = this.#options.streamUrl ?? (isPrivate ? this.#table.privateUrl : undefined) ?? this.#table.url ?? channel.servers[0];
    if (base === undefined) throw new ConfigurationError("no address of the streams is known; give the client one as streamUrl");
    const fill = (template: string): string =>
      template.replace(/\{([^{}]*)\}/g, (hole, name: string, at: number) => (values.has(name) ? addressText(values.get(name) ?? "", template.slice(0, at).includes("?")) : hole));
    const pairs = (channel.query ?? []).flatMap((row) => {
      const given = Object.hasOwn(parameters, row.property) ? parameters[row.property] : undefined;
      if (given === undefined && row.required === true) throw new ConfigurationError(`argument ${row.property}: is missing`);
      const writing = { name: row.wireName ?? row.property, style: row.style ?? "form", explode: row.explode ?? true, json: row.json === true } as const;
      return given === undefined ? [] : queryPairs(writing, row.codec.encode(given) as JsonValue);
    });
    const path = fill(base).replace(/\/+$/, "") + fill(channel.path);
    return streamAddress(pairs.length === 0 ? path : `${path}${path.includes("?") ? "&" : "?"}${joinedPairs(pairs)}`);
  }

  async #keyed(url: string, headers: Record<string, string>): Promise<Address> {
    const table = this.#table.listenKey;
    if (table === undefined) return { url, headers };
    const key = textAt(await this.#core.document(table.create, {}), NO_HEADERS, table.place);
    if (key === undefined || key === "") throw new ConfigurationError("the exchange gave no key for its private stream");
    const hole = percentEncoded(`{${table.parameter}}`);
    const address = { url: url.replaceAll(hole, addressText(key, false)), headers };
    const { keepAlive, argument, everyMs } = table;
    if (keepAlive === undefined) return address;
    const run = async (): Promise<void> => {
      await this.#core.document(keepAlive, argument === undefined ? {} : placed(argument, key));
    };
    return { ...address, keepAlive: { everyMs, run } };
  }
}

/** A request's message, its id the last member of the object that holds it. */
function numbered<Payload>(request: StreamRequest<Payload, unknown>, payload: Payload, id: string): JsonValue {
  const { correlation } = request;
  if (correlation === undefined) return request.message.encode(payload) as JsonValue;
  const { place, property, as } = correlation;
  const own = identifier(as, id);
  const message = request.message.encode(property === undefined ? payload : { ...payload, [property]: own }) as JsonValue;
  return message instanceof Map ? withMember(message as ReadonlyMap<string, JsonValue>, place, own) : message;
}

/** An object with a value in its place, the last member there. */
function withMember(object: ReadonlyMap<string, JsonValue>, [name = "", ...rest]: readonly string[], value: JsonValue): JsonValue {
  const members = new Map(object);
  if (rest.length === 0) {
    members.delete(name);
    return members.set(name, value);
  }
  const inner = members.get(name);
  return members.set(name, withMember(inner instanceof Map ? (inner as ReadonlyMap<string, JsonValue>) : new Map(), rest, value));
}

/** An absolute address of a stream. */
function streamAddress(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new ConfigurationError("the address of the streams is no absolute URL");
  }
  if (url.protocol === "http:" || url.protocol === "https:") url = new URL(`ws${url.href.slice(4)}`);
  if (!["ws:", "wss:"].includes(url.protocol) || url.hash !== "" || url.username !== "" || url.password !== "") {
    throw new ConfigurationError("streamUrl must be ws or wss, without user and fragment");
  }
  return url.href;
}

function headersOf(channel: ChannelTable, parameters: Readonly<Record<string, unknown>>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const row of channel.headers ?? []) {
    const given = Object.hasOwn(parameters, row.property) ? parameters[row.property] : undefined;
    const writing = { name: row.wireName ?? row.property, style: "simple", explode: row.explode ?? false, json: row.json === true } as const;
    if (given !== undefined) headers[writing.name] = headerText(writing, row.codec.encode(given) as JsonValue);
  }
  return headers;
}

/** Arguments that hold one value in one place. */
function placed(path: readonly string[], value: string): Record<string, unknown> {
  return path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as Record<string, unknown>;
}

/** Percent-encoded, but for the marks that exchanges' stream names are made of, and in a query the slashes between them. */
function addressText(plain: string, inQuery: boolean): string {
  const text = percentEncoded(plain).replace(/%(?:40|3A|21|2C)/g, (mark) => decodeURIComponent(mark));
  return inQuery ? text.replaceAll("%2F", "/") : text;
}
