/** One request being signed: the values that a recipe names, each with one text for all of the request. */

import { encodedText, membersText, pairsText, percentDecoded, utf8Text } from "./encodings.js";
import { ConfigurationError } from "./errors.js";
import { hashed } from "./hash.js";
import type { Bytes } from "./json.js";
import type { Sign } from "./keys.js";
import { instantText } from "./moment.js";
import type { Part, Recipe } from "./recipe.js";
import type { Draft } from "./request.js";
import { after, all, type Soon } from "./soon.js";
import { concatenated } from "./wire.js";

/** Who calls. */
export interface Credentials {
  readonly key: string | undefined;
  readonly secret: string | undefined;
  readonly passphrase: string | undefined;
}

const utf8 = new TextEncoder();

/** One request being signed. */
export class Scene {
  readonly #recipe: Recipe;
  readonly #credentials: Credentials;
  readonly #draft: Draft;
  readonly #instant: bigint;
  readonly #makeNonce: () => string;
  readonly #signed: Sign;
  #nonce: string | undefined;

  /** @param instant - Milliseconds since 1970, by the exchange's clock. */
  constructor(recipe: Recipe, credentials: Credentials, draft: Draft, instant: bigint, makeNonce: () => string, signed: Sign) {
    this.#recipe = recipe;
    this.#credentials = credentials;
    this.#draft = draft;
    this.#instant = instant;
    this.#makeNonce = makeNonce;
    this.#signed = signed;
  }

  /** These parts, one after the other. */
  joined(parts: readonly Part[]): Soon<Bytes> {
    return after(all(parts.map((part) => this.#part(part))), concatenated);
  }

  #part(part: Part): Soon<Uint8Array> {
    return after(this.#bytes(part), (plain) => {
      const bytes = part.decoded === true ? percentDecoded(plain) : plain;
      if (part.digest === undefined || (bytes.length === 0 && part.optional === true)) return framed(part, bytes);
      return after(hashed(part.digest, bytes), (digest) => framed(part, digest));
    });
  }

  #bytes(part: Part): Soon<Bytes> {
    if (part.value === "group") return this.joined(part.parts ?? []);
    if (part.value === "body") return this.#draft.body() ?? new Uint8Array();
    if (part.value === "members") return utf8.encode(membersText(this.#draft.body() ?? new Uint8Array(), part.literal ?? ""));
    if (part.value === "pairs") return utf8.encode(pairsText(this.#draft.body() ?? new Uint8Array(), part.literal ?? ""));
    return after(this.text(part), (text) => utf8.encode(text));
  }

  /** One value as text, before its own digest and encoding. */
  text(part: Part): Soon<string> {
    switch (part.value) {
      case "key":
        return this.#credential("key");
      case "passphrase":
        return this.#credential("passphrase");
      case "signed-passphrase":
        return after(this.#signed(utf8.encode(this.#credential("passphrase"))), (signed) => encodedText(signed, this.#recipe.output));
      case "timestamp":
        return instantText(this.#instant, this.#recipe.timestamp);
      case "expires":
        return instantText(this.#instant + BigInt(this.#recipe.lifetimeMs), this.#recipe.timestamp);
      case "nonce":
        return (this.#nonce ??= this.#makeNonce());
      case "window":
        return String(this.#recipe.windowMs);
      case "literal":
        return part.literal ?? "";
      case "method":
        return this.#draft.method;
      case "host":
        return this.#draft.host;
      case "path":
        return part.strip !== undefined && this.#draft.path.startsWith(part.strip) ? this.#draft.path.slice(part.strip.length) : this.#draft.path;
      case "query":
        return this.#draft.query();
      case "body":
      case "group":
      case "members":
      case "pairs":
        return after(this.#bytes(part), utf8Text);
      case "payload":
      case "signature":
        throw new ConfigurationError(`the recipe uses ${part.value} before it is made`);
    }
  }

  #credential(name: keyof Credentials): string {
    const value = this.#credentials[name];
    if (!value) throw new ConfigurationError(`no ${name} was given to the client`);
    return value;
  }
}

/** A part's bytes in their encoding, between prefix and suffix; an empty part loses both. */
function framed(part: Part, bytes: Uint8Array): Uint8Array {
  const encoded = part.encoding === undefined || part.encoding === "raw" ? bytes : utf8.encode(encodedText(bytes, part.encoding));
  if (encoded.length === 0 || (part.prefix === undefined && part.suffix === undefined)) return encoded;
  return concatenated([utf8.encode(part.prefix ?? ""), encoded, utf8.encode(part.suffix ?? "")]);
}
