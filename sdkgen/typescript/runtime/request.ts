/** A request while it is put together, and the bytes it becomes. */

import { Decimal } from "./decimal.js";
import { ConfigurationError } from "./errors.js";
import { type Bytes, type JsonValue, writeJson } from "./json.js";
import { checkedHeader, formPairs, joinedPairs, multipart, type Pair, percentEncoded } from "./wire.js";

/** How a body travels. */
export type Encoding = "json" | "form" | "multipart" | "text" | "binary";

/** The content of a body, in the shape that its encoding needs. */
export type Content =
  | { readonly kind: "none" }
  | { readonly kind: "json"; readonly value: JsonValue }
  | { readonly kind: "form"; readonly pairs: readonly Pair[] }
  | { readonly kind: "bytes"; readonly bytes: Bytes };

const utf8 = new TextEncoder();

/** A request that can still be added to. */
export class Draft {
  readonly method: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** Host, and port where it is not the scheme's own. */
  readonly host: string;
  /** The path as on the wire, base path included. */
  readonly path: string;
  /** What a body would be where none is given: the operation's own encoding, else JSON. */
  readonly bodyEncoding: Encoding;
  readonly #query: Pair[] = [];
  readonly #headers = new Map<string, readonly [string, string]>();
  #content: Content = { kind: "none" };

  constructor(method: string, base: URL, path: string, bodyEncoding: Encoding) {
    this.method = method;
    this.origin = base.origin;
    this.host = base.host;
    this.path = base.pathname.replace(/\/+$/, "") + path;
    this.bodyEncoding = bodyEncoding;
  }

  /** Add pairs to the query, in order. */
  addQuery(pairs: readonly Pair[]): void {
    this.#query.push(...pairs);
  }

  /** Take away what stands at a place, so that it is not signed. */
  clear(carrier: "header" | "query" | "body", name: string): void {
    const encoded = percentEncoded(name);
    if (carrier === "header") this.#headers.delete(name.toLowerCase());
    else if (carrier === "query") this.#query.splice(0, this.#query.length, ...this.#query.filter(([other]) => other !== encoded));
    else if (this.#content.kind === "form") this.#content = { kind: "form", pairs: this.#content.pairs.filter(([other]) => other !== encoded) };
    else if (this.#content.kind === "json" && this.#content.value instanceof Map) {
      const members = [...(this.#content.value as ReadonlyMap<string, JsonValue>)].filter(([other]) => other !== name);
      this.#content = { kind: "json", value: new Map(members) };
    }
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
  async setBody(encoding: Encoding, mediaType: string, value: JsonValue | Uint8Array): Promise<void> {
    if (encoding === "json") this.#content = { kind: "json", value: value as JsonValue };
    else if (encoding === "form") this.#content = { kind: "form", pairs: formPairs(value as JsonValue) };
    else if (encoding === "multipart") {
      const { bytes, boundary } = await multipart(value as JsonValue);
      this.#content = { kind: "bytes", bytes };
      this.placeHeader("Content-Type", `${mediaType}; boundary=${boundary}`);
      return;
    } else this.#content = { kind: "bytes", bytes: rawBytes(value) };
    this.placeHeader("Content-Type", mediaType);
  }

  /** Put one member into the JSON object or form, which is begun where there is none. A body that is neither is left alone. */
  placeBody(name: string, value: string, number: boolean): void {
    if (this.#content.kind === "none") this.#begin();
    this.clear("body", name);
    const content = this.#content;
    if (content.kind === "form") {
      this.#content = { kind: "form", pairs: [...content.pairs, [percentEncoded(name), percentEncoded(value)]] };
    } else if (content.kind === "json" && content.value instanceof Map) {
      const members = content.value as ReadonlyMap<string, JsonValue>;
      this.#content = { kind: "json", value: new Map([...members, [name, number ? new Decimal(value) : value]]) };
    }
  }

  #begin(): void {
    const form = this.bodyEncoding === "form";
    this.#content = form ? { kind: "form", pairs: [] } : { kind: "json", value: new Map() };
    this.placeHeader("Content-Type", form ? "application/x-www-form-urlencoded" : "application/json");
  }

  /** The query as on the wire, without `?`. */
  query(): string {
    return joinedPairs(this.#query);
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

  /** The headers, each once. */
  headers(): [string, string][] {
    return [...this.#headers.values()].map(([name, value]) => [name, value]);
  }

  /**
   * Where the request goes.
   *
   * @throws ConfigurationError where `fetch` would send other bytes than those that were signed.
   */
  url(): string {
    const query = this.query();
    const search = query === "" ? "" : `?${query}`;
    const url = new URL(this.origin + this.path + search);
    if (url.pathname !== this.path || url.search !== search) throw new ConfigurationError(`the path ${this.path} can't be sent unchanged`);
    return url.href;
  }
}

function rawBytes(value: JsonValue | Uint8Array): Bytes {
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  return utf8.encode(typeof value === "string" ? value : writeJson(value));
}
