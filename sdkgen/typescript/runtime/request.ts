/** A request while it is put together, and the bytes it becomes. */

import { Decimal } from "./decimal.js";
import { ConfigurationError } from "./errors.js";
import { type Bytes, type JsonValue, writeJson } from "./json.js";
import { linesText } from "./lines.js";
import { after, type Soon } from "./soon.js";
import type { Base, Outgoing } from "./transport.js";
import { checkedHeader, formPairs, joinedPairs, multipart, type Pair, percentEncoded } from "./wire.js";

/** How a body travels. */
export type Encoding = "json" | "lines" | "form" | "multipart" | "text" | "binary";

/** The content of a body, in the shape that its encoding needs. */
export type Content =
  | { readonly kind: "none" }
  | { readonly kind: "json"; readonly value: JsonValue }
  | { readonly kind: "form"; readonly pairs: readonly Pair[] }
  | { readonly kind: "bytes"; readonly bytes: Bytes };

const utf8 = new TextEncoder();

/** Paths and queries in which nobody would change anything: no letter of them is one that is encoded, and no segment leads up. */
const PLAIN_PATH = /^(?:\/(?:[\w~!$&()*+,;=:@-]|\.(?!\.?(?:\/|$)))+)+$/;
const PLAIN_SEARCH = /^[?\w.~!$&()*+,;=:@%/-]*$/;

/** A member of a JSON object. */
type Member = readonly [name: string, value: JsonValue];

/** A request that can still be added to. */
export class Draft {
  readonly method: string;
  /** Host, and port where it is not the scheme's own. */
  readonly host: string;
  /** The path as on the wire, base path included. */
  readonly path: string;
  /** What a body would be where none is given: the operation's own encoding, else JSON. */
  readonly bodyEncoding: Encoding;
  readonly #base: Base;
  readonly #query: Pair[] = [];
  readonly #headers = new Map<string, readonly [string, string]>();
  #content: Content = { kind: "none" };

  constructor(method: string, base: Base, path: string, bodyEncoding: Encoding) {
    this.method = method;
    this.#base = base;
    this.host = base.host;
    this.path = base.path + path;
    this.bodyEncoding = bodyEncoding;
  }

  /** Add pairs to the query, in order. */
  addQuery(pairs: readonly Pair[]): void {
    this.#query.push(...pairs);
  }

  /** Take away what stands at a place, so that it is not signed. */
  clear(carrier: "header" | "query" | "body", name: string, within?: string): void {
    const encoded = percentEncoded(name);
    if (carrier === "header") this.#headers.delete(name.toLowerCase());
    else if (carrier === "query") this.#query.splice(0, this.#query.length, ...this.#query.filter(([other]) => other !== encoded));
    else if (this.#content.kind === "form") this.#content = { kind: "form", pairs: this.#content.pairs.filter(([other]) => other !== encoded) };
    else this.#change(within, (members) => members.filter(([other]) => other !== name));
  }

  /** Change the members of the JSON body, or of the object in it that is called so. A body without that object is left alone. */
  #change(within: string | undefined, changed: (members: readonly Member[]) => readonly Member[]): void {
    const content = this.#content;
    if (content.kind !== "json" || !(content.value instanceof Map)) return;
    const members = content.value as ReadonlyMap<string, JsonValue>;
    if (within === undefined) {
      this.#content = { kind: "json", value: new Map(changed([...members])) };
      return;
    }
    const inner = members.get(within);
    if (!(inner instanceof Map)) return;
    this.#content = { kind: "json", value: new Map([...members]).set(within, new Map(changed([...(inner as ReadonlyMap<string, JsonValue>)]))) };
  }

  /** Put one value last into the query; what had that name is gone. */
  placeQuery(name: string, value: string): void {
    this.clear("query", name);
    this.#query.push([percentEncoded(name), percentEncoded(value)]);
  }

  /** Set a header; what had that name, in whatever case, is gone. */
  placeHeader(name: string, value: string): void {
    this.#headers.set(name.toLowerCase(), [name, checkedHeader(name, value)]);
  }

  /** Whether a header of that name is set. */
  hasHeader(name: string): boolean {
    return this.#headers.has(name.toLowerCase());
  }

  /** Give the request its body. */
  setBody(encoding: Encoding, mediaType: string, value: JsonValue | Uint8Array): Soon<void> {
    switch (encoding) {
      case "multipart":
        return after(multipart(value as JsonValue), ({ bytes, boundary }) => this.#fill({ kind: "bytes", bytes }, `${mediaType}; boundary=${boundary}`));
      case "json":
        return this.#fill({ kind: "json", value: value as JsonValue }, mediaType);
      case "lines":
        return this.#fill({ kind: "bytes", bytes: utf8.encode(linesText(value as JsonValue, mediaType)) }, mediaType);
      case "form":
        return this.#fill({ kind: "form", pairs: formPairs(value as JsonValue) }, mediaType);
      case "text":
      case "binary":
        return this.#fill({ kind: "bytes", bytes: rawBytes(value) }, mediaType);
    }
  }

  #fill(content: Content, mediaType: string): void {
    this.#content = content;
    this.placeHeader("Content-Type", mediaType);
  }

  /** Put one member into the JSON object or form, which is begun where there is none. A body that is neither is left alone. */
  placeBody(name: string, value: string, number: boolean, within?: string): void {
    if (this.#content.kind === "none") this.#begin();
    if (within !== undefined) this.#change(undefined, (members) => (members.some(([other]) => other === within) ? members : [...members, [within, new Map()]]));
    this.clear("body", name, within);
    const content = this.#content;
    if (content.kind === "form") this.#content = { kind: "form", pairs: [...content.pairs, [percentEncoded(name), percentEncoded(value)]] };
    else this.#change(within, (members) => [...members, [name, number ? new Decimal(value) : value]]);
  }

  #begin(): void {
    if (this.bodyEncoding === "form") this.#fill({ kind: "form", pairs: [] }, "application/x-www-form-urlencoded");
    else this.#fill({ kind: "json", value: new Map() }, "application/json");
  }

  /** The query as on the wire, without `?`. */
  query(): string {
    return joinedPairs(this.#query);
  }

  /** The JSON body as text; empty where there is none. */
  json(): string {
    return this.#content.kind === "json" ? writeJson(this.#content.value) : "";
  }

  /** The body as on the wire; undefined where there is none. */
  body(): Bytes | undefined {
    switch (this.#content.kind) {
      case "none":
        return undefined;
      case "json":
        return utf8.encode(writeJson(this.#content.value));
      case "form":
        return utf8.encode(joinedPairs(this.#content.pairs));
      case "bytes":
        return this.#content.bytes;
    }
  }

  /**
   * The whole request.
   *
   * @throws ConfigurationError where other bytes would be sent than those that were signed.
   */
  outgoing(): Outgoing {
    const query = this.query();
    const search = query === "" ? "" : `?${query}`;
    if (!(PLAIN_PATH.test(this.path) && PLAIN_SEARCH.test(search)) && !this.#stays(search)) {
      throw new ConfigurationError(`the path ${this.path} can't be sent unchanged`);
    }
    return { method: this.method, base: this.#base, target: this.path + search, headers: [...this.#headers.values()], body: this.body() };
  }

  /** Whether whoever reads the address sees what was signed (URL standard). */
  #stays(search: string): boolean {
    const url = new URL(this.#base.origin + this.path + search);
    return url.pathname === this.path && url.search === search;
  }
}

function rawBytes(value: JsonValue | Uint8Array): Bytes {
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  return utf8.encode(typeof value === "string" ? value : writeJson(value));
}
