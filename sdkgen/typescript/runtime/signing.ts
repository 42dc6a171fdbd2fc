/** Signs requests by a recipe: the exchange's rules as data, interpreted here. */

import { ConfigurationError } from "./errors.js";
import { type Bytes, type JsonValue, parseJson, toBase64, writeJson } from "./json.js";
import { type Sign, signer } from "./keys.js";
import { instantText, uuid } from "./moment.js";
import { type Claim, type DigestName, type Part, partValues, type Placement, type Recipe, type TextEncoding, type Value } from "./recipe.js";
import type { Draft } from "./request.js";
import { concatenated, hex } from "./wire.js";

/** Who calls. */
export interface Credentials {
  readonly key: string | undefined;
  readonly secret: string | undefined;
  readonly passphrase: string | undefined;
}

const utf8 = new TextEncoder();

const TOKENS: Readonly<Record<string, string>> = { "jwt-es256": "ES256", "jwt-eddsa": "EdDSA", "jwt-hs256": "HS256", "jwt-hs512": "HS512" };

/** Signs the requests of one client; its clock-made nonces only grow. */
export class Signer {
  readonly #recipe: Recipe;
  readonly #credentials: Credentials;
  readonly #now: () => number;
  readonly #givenNonce: (() => string) | undefined;
  #lastNonce = -1n;
  #sign: Promise<Sign> | undefined;

  constructor(recipe: Recipe, credentials: Credentials, now: () => number, nonce: (() => string) | undefined) {
    this.#recipe = recipe;
    this.#credentials = credentials;
    this.#now = now;
    this.#givenNonce = nonce;
  }

  /** The credentials that a request with these placements needs and the client was not given. */
  missing(chosen: readonly number[] | undefined): readonly string[] {
    const used = new Set(valuesUsed(this.#recipe, this.#placements(chosen)));
    const needed: [keyof Credentials, boolean][] = [
      ["key", used.has("key")],
      ["secret", used.has("signature") || used.has("signed-passphrase")],
      ["passphrase", used.has("passphrase") || used.has("signed-passphrase")],
    ];
    return needed.filter(([name, need]) => need && !this.#credentials[name]).map(([name]) => name);
  }

  /**
   * Sign a request.
   *
   * @param chosen - Which of the recipe's placements this operation has a place for; all of them where undefined.
   * @throws ConfigurationError where a credential is missing or is no key.
   */
  async sign(draft: Draft, chosen: readonly number[] | undefined): Promise<void> {
    const placements = this.#placements(chosen);
    const scene = new Scene(this.#recipe, this.#credentials, draft, this.#instant(), () => this.#nonce(), (bytes) => this.#signed(bytes));
    for (const placement of placements) {
      // What a caller put in the signature's own place must not be signed.
      if (isMade(placement)) draft.clear(placement.carrier, placement.name);
      else place(draft, placement, await scene.text({ value: placement.value, literal: placement.literal ?? "", strip: placement.strip ?? "" }));
    }
    const last = placements.filter(isMade);
    if (last.length === 0) return;
    const payload = await scene.joined(this.#recipe.payload);
    const payloadText = (): string => utf8Text(payload);
    for (const placement of last.filter((each) => each.value === "payload")) place(draft, placement, payloadText());
    const signature = this.#recipe.algorithm.startsWith("jwt-") ? await this.#token(scene) : await this.#signature(payload);
    for (const placement of last.filter((each) => each.value === "signature")) place(draft, placement, signature);
  }

  /**
   * What proves on a stream who listens.
   *
   * @param payload - What is signed, with `{key}`, `{passphrase}` and `{timestamp}`.
   */
  async proof(payload: string, timestamp: string): Promise<ReadonlyMap<string, string>> {
    const { key = "", secret, passphrase = "" } = this.#credentials;
    if (key === "" || secret === undefined || secret === "") throw new ConfigurationError("private streams need a login; give the client its key and secret");
    const values = new Map([["key", key], ["passphrase", passphrase], ["timestamp", timestamp]]);
    const text = payload.replace(/\{(key|passphrase|timestamp)\}/g, (_, name: string) => values.get(name) ?? "");
    return values.set("signature", await this.#signature(utf8.encode(text)));
  }

  #placements(chosen: readonly number[] | undefined): readonly Placement[] {
    return chosen === undefined ? this.#recipe.placements : this.#recipe.placements.filter((_, at) => chosen.includes(at));
  }

  async #signature(payload: Bytes): Promise<string> {
    const { prehash, output } = this.#recipe;
    return encodedText(await this.#signed(prehash === undefined ? payload : await hashed(prehash, payload)), output);
  }

  async #token(scene: Scene): Promise<string> {
    const member = async (claim: Claim): Promise<string> => {
      const value = utf8Text(await scene.joined(claim.parts));
      if (value === "") return "";
      return `${writeJson(claim.name)}:${claim.number === true ? value : writeJson(value)}`;
    };
    const members = async (claims: readonly Claim[]): Promise<string[]> => (await Promise.all(claims.map(member))).filter((text) => text !== "");
    const alg = TOKENS[this.#recipe.algorithm] ?? "";
    const header = `{${[`"alg":"${alg}"`, '"typ":"JWT"', ...(await members(this.#recipe.jwtHeader))].join(",")}}`;
    const claims = `{${(await members(this.#recipe.jwtClaims)).join(",")}}`;
    const signed = `${base64url(utf8.encode(header))}.${base64url(utf8.encode(claims))}`;
    return `${signed}.${base64url(await this.#signed(utf8.encode(signed)))}`;
  }

  async #signed(bytes: Bytes): Promise<Uint8Array> {
    const { algorithm, secretEncoding } = this.#recipe;
    if (algorithm === "none") throw new ConfigurationError("the recipe signs nothing");
    this.#sign ??= signer(algorithm, secretEncoding, this.#credentials.secret ?? "");
    return (await this.#sign)(bytes);
  }

  #instant(): bigint {
    return BigInt(Math.trunc(this.#now()));
  }

  #nonce(): string {
    if (this.#givenNonce !== undefined) return this.#givenNonce();
    const format = this.#recipe.nonce;
    if (format === "uuid") return uuid();
    if (format === "hex") return hex(crypto.getRandomValues(new Uint8Array(16)));
    const unit = { milliseconds: 1n, microseconds: 1_000n, nanoseconds: 1_000_000n }[format];
    const instant = this.#instant() * unit;
    this.#lastNonce = instant > this.#lastNonce ? instant : this.#lastNonce + 1n;
    return this.#lastNonce.toString();
  }
}

/** One request being signed: the values that keep one text for all of it. */
class Scene {
  readonly #recipe: Recipe;
  readonly #credentials: Credentials;
  readonly #draft: Draft;
  readonly #instant: bigint;
  readonly #makeNonce: () => string;
  readonly #signed: (bytes: Bytes) => Promise<Uint8Array>;
  #nonce: string | undefined;

  constructor(
    recipe: Recipe,
    credentials: Credentials,
    draft: Draft,
    instant: bigint,
    makeNonce: () => string,
    signed: (bytes: Bytes) => Promise<Uint8Array>,
  ) {
    this.#recipe = recipe;
    this.#credentials = credentials;
    this.#draft = draft;
    this.#instant = instant;
    this.#makeNonce = makeNonce;
    this.#signed = signed;
  }

  async joined(parts: readonly Part[]): Promise<Bytes> {
    const pieces: Uint8Array[] = [];
    for (const part of parts) pieces.push(await this.#part(part));
    return concatenated(pieces);
  }

  async #part(part: Part): Promise<Uint8Array> {
    let bytes = await this.#bytes(part);
    if (part.decoded === true) bytes = percentDecoded(bytes);
    if (part.digest !== undefined && (bytes.length > 0 || part.optional !== true)) bytes = await hashed(part.digest, bytes);
    if (part.encoding !== undefined && part.encoding !== "raw") bytes = utf8.encode(encodedText(bytes, part.encoding));
    if (bytes.length === 0) return bytes;
    return concatenated([utf8.encode(part.prefix ?? ""), bytes, utf8.encode(part.suffix ?? "")]);
  }

  async #bytes(part: Part): Promise<Bytes> {
    if (part.value === "group") return this.joined(part.parts ?? []);
    if (part.value === "body") return this.#draft.body() ?? new Uint8Array();
    if (part.value === "members") return utf8.encode(membersText(this.#draft.body() ?? new Uint8Array(), part.literal ?? ""));
    return utf8.encode(await this.text(part));
  }

  async text(part: Part): Promise<string> {
    switch (part.value) {
      case "key":
        return this.#credential("key");
      case "passphrase":
        return this.#credential("passphrase");
      case "signed-passphrase":
        return encodedText(await this.#signed(utf8.encode(this.#credential("passphrase"))), this.#recipe.output);
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
        return utf8Text(await this.#bytes(part));
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

function place(draft: Draft, placement: Placement, value: string): void {
  const text = (placement.prefix ?? "") + value;
  if (placement.carrier === "header") draft.placeHeader(placement.name, text);
  else if (placement.carrier === "query") draft.placeQuery(placement.name, text);
  else draft.placeBody(placement.name, text, placement.number === true);
}

/** What a request needs that gets these placements: a signature needs the payload and the token with all their parts. */
function* valuesUsed(recipe: Recipe, placements: readonly Placement[]): Iterable<Value> {
  for (const placement of placements) yield placement.value;
  if (!placements.some(isMade)) return;
  yield* partValues(recipe.payload);
  for (const claim of [...recipe.jwtHeader, ...recipe.jwtClaims]) yield* partValues(claim.parts);
}

/** Whether the value is made from the rest of the request. */
function isMade(placement: Placement): boolean {
  return placement.value === "signature" || placement.value === "payload";
}

async function hashed(digest: DigestName, bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest(digest === "sha256" ? "SHA-256" : "SHA-512", bytes));
}

function encodedText(bytes: Uint8Array, encoding: TextEncoding): string {
  switch (encoding) {
    case "raw":
      return utf8Text(bytes);
    case "hex":
      return hex(bytes);
    case "base64":
      return toBase64(bytes);
    case "base64url":
      return base64url(bytes);
  }
}

/** Percent-encoding taken off; a per cent sign that begins none stays. */
function percentDecoded(bytes: Bytes): Bytes {
  const decoded: number[] = [];
  for (let at = 0; at < bytes.length; at += 1) {
    const digits = bytes[at] === 0x25 ? String.fromCharCode(bytes[at + 1] ?? 0, bytes[at + 2] ?? 0) : "";
    if (/^[0-9a-fA-F]{2}$/.test(digits)) {
      decoded.push(Number.parseInt(digits, 16));
      at += 2;
    } else {
      decoded.push(bytes[at] ?? 0);
    }
  }
  return Uint8Array.from(decoded);
}

/** A member of a JSON body, or all of it, without punctuation: keys sorted by their bytes, each followed by its value. */
function membersText(body: Bytes, name: string): string {
  let value: JsonValue | undefined;
  try {
    value = parseJson(utf8Text(body));
  } catch {
    return "";
  }
  if (!(value instanceof Map)) return "";
  if (name !== "") value = (value as ReadonlyMap<string, JsonValue>).get(name);
  return value === undefined ? "" : runTogether(value);
}

function runTogether(value: JsonValue): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map((item: JsonValue) => runTogether(item)).join("");
  if (!(value instanceof Map)) return writeJson(value);
  const members = [...(value as ReadonlyMap<string, JsonValue>)].map(([key, member]) => ({ order: hex(utf8.encode(key)), text: key + runTogether(member) }));
  return members
    .sort((one, other) => (one.order < other.order ? -1 : 1))
    .map(({ text }) => text)
    .join("");
}

function utf8Text(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ConfigurationError("a signature or payload of raw bytes can't be placed as text");
  }
}

function base64url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
