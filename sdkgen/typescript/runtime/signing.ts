/** Signs requests by a recipe: the exchange's rules as data, interpreted here. */

import { base64url, encodedText, utf8Text } from "./encodings.js";
import { ConfigurationError } from "./errors.js";
import { hashed } from "./hash.js";
import { type Bytes, writeJson } from "./json.js";
import { type Sign, signer } from "./keys.js";
import { uuid } from "./moment.js";
import { type Claim, partValues, type Placement, type Recipe, type Value } from "./recipe.js";
import type { Draft } from "./request.js";
import { type Credentials, Scene } from "./scene.js";
import { after, type Soon } from "./soon.js";
import { hex } from "./wire.js";

const utf8 = new TextEncoder();

const TOKENS: Readonly<Record<string, string>> = { "jwt-es256": "ES256", "jwt-eddsa": "EdDSA", "jwt-hs256": "HS256", "jwt-hs512": "HS512" };

/** The last clock-made nonce of each format, for all signers of one client: nonces only grow. */
export type Nonces = Map<string, bigint>;

/** Signs the requests of one client; its clock-made nonces only grow. */
export class Signer {
  readonly #recipe: Recipe;
  readonly #credentials: Credentials;
  readonly #now: () => number;
  readonly #givenNonce: (() => string) | undefined;
  readonly #plans = new WeakMap<readonly number[], Plan>();
  #whole: Plan | undefined;
  readonly #nonces: Nonces;
  #sign: Soon<Sign> | undefined;

  constructor(recipe: Recipe, credentials: Credentials, now: () => number, nonce: (() => string) | undefined, nonces: Nonces = new Map()) {
    this.#nonces = nonces;
    this.#recipe = recipe;
    this.#credentials = credentials;
    this.#now = now;
    this.#givenNonce = nonce;
  }

  /** The credentials that a request with these placements needs and the client was not given. */
  missing(chosen: readonly number[] | undefined): readonly (keyof Credentials)[] {
    return this.#plan(chosen).needed.filter((name) => !this.#credentials[name]);
  }

  /**
   * Sign a request.
   *
   * @param chosen - Which of the recipe's placements this operation has a place for; all of them where undefined.
   * @throws ConfigurationError where a credential is missing or is no key.
   */
  async sign(draft: Draft, chosen: readonly number[] | undefined): Promise<void> {
    const { placements, made } = this.#plan(chosen);
    const scene = new Scene(this.#recipe, this.#credentials, draft, this.#instant(), () => this.#nonce(), (bytes) => this.#signed(bytes));
    for (const placement of placements) {
      // What a caller put in the signature's own place must not be signed.
      if (isMade(placement)) {
        draft.clear(placement.carrier, placement.name, placement.within);
        continue;
      }
      const text = scene.text({ value: placement.value, literal: placement.literal ?? "", strip: placement.strip ?? "" });
      place(draft, placement, typeof text === "string" ? text : await text);
    }
    if (made.length === 0) return;
    const joined = scene.joined(this.#recipe.payload);
    const payload = joined instanceof Promise ? await joined : joined;
    for (const placement of made) if (placement.value === "payload") place(draft, placement, utf8Text(payload));
    const making = this.#recipe.algorithm.startsWith("jwt-") ? this.#token(scene) : this.#signature(payload);
    const signature = typeof making === "string" ? making : await making;
    for (const placement of made) if (placement.value === "signature") place(draft, placement, signature);
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

  #plan(chosen: readonly number[] | undefined): Plan {
    const known = chosen === undefined ? this.#whole : this.#plans.get(chosen);
    if (known !== undefined) return known;
    const { placements } = this.#recipe;
    const plan = planOf(this.#recipe, chosen === undefined ? placements : placements.filter((_, at) => chosen.includes(at)));
    if (chosen === undefined) this.#whole = plan;
    else this.#plans.set(chosen, plan);
    return plan;
  }

  #signature(payload: Bytes): Soon<string> {
    const { prehash, output } = this.#recipe;
    const signed = (bytes: Uint8Array): Soon<string> => after(this.#signed(bytes), (made) => encodedText(made, output));
    return prehash === undefined ? signed(payload) : after(hashed(prehash, payload), signed);
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

  #signed(bytes: Uint8Array): Soon<Uint8Array> {
    const { algorithm, secretEncoding } = this.#recipe;
    if (algorithm === "none") throw new ConfigurationError("the recipe signs nothing");
    this.#sign ??= signer(algorithm, secretEncoding, this.#credentials.secret ?? "");
    return after(this.#sign, (sign) => sign(bytes));
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
    const last = this.#nonces.get(format) ?? -1n;
    const next = instant > last ? instant : last + 1n;
    this.#nonces.set(format, next);
    return next.toString();
  }
}

function place(draft: Draft, placement: Placement, value: string): void {
  const text = (placement.prefix ?? "") + value;
  if (placement.carrier === "header") draft.placeHeader(placement.name, text);
  else if (placement.carrier === "query") draft.placeQuery(placement.name, text);
  else draft.placeBody(placement.name, text, placement.number === true, placement.within);
}

/** What a choice of placements means. */
interface Plan {
  readonly placements: readonly Placement[];
  /** Those whose value is made from the rest of the request. */
  readonly made: readonly Placement[];
  readonly needed: readonly (keyof Credentials)[];
}

function planOf(recipe: Recipe, placements: readonly Placement[]): Plan {
  const used = new Set(valuesUsed(recipe, placements));
  const needed: [keyof Credentials, boolean][] = [
    ["key", used.has("key")],
    ["secret", used.has("signature") || used.has("signed-passphrase")],
    ["passphrase", used.has("passphrase") || used.has("signed-passphrase")],
  ];
  return { placements, made: placements.filter(isMade), needed: needed.filter(([, need]) => need).map(([name]) => name) };
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
