/** What all groups of one client share: operations and raw requests, made into calls that are signed and sent. */

import { bodyOf, decoded, telling, undescribedBody } from "./answer.js";
import type { ErrorTable } from "./behaviour.js";
import { clockOffsetMs } from "./clock.js";
import { type Arguments, baseOf, checkArguments, checkVerb, composed, type HeaderPairs } from "./compose.js";
import { type ApiError, apiError, ConfigurationError, SdkError, told } from "./errors.js";
import { FailureReader } from "./failure.js";
import type { JsonValue } from "./json.js";
import { weightsOf } from "./limits.js";
import { instantText } from "./moment.js";
import { contentOf, type Operation, type TypedOperation } from "./operation.js";
import type { CallOptions, ClientOptions, Product, RawAnswer, RawRequest, StreamOptions } from "./options.js";
import { valueAt } from "./place.js";
import { rawDraft, rawPlacements } from "./raw.js";
import type { Recipe, TimestampFormat } from "./recipe.js";
import type { Credentials } from "./scene.js";
import { type Job, type Said, Sender, type SpeakOptions } from "./send.js";
import { type Nonces, Signer } from "./signing.js";
import { Draft } from "./request.js";
import { type Base, type Head, isSuccess } from "./transport.js";

/** Methods that change nothing. */
const SAFE: ReadonlySet<string> = /* @__PURE__ */ new Set(["GET", "HEAD"]);

/** What a request over a stream is to the client's limits and signatures. */
interface SpokenRequest {
  readonly id: string;
  readonly signed?: true;
  readonly placements?: readonly number[];
  readonly weights?: readonly number[];
}

/** Where messages go, as far as their signatures are concerned. */
const NOWHERE: Base = { origin: "", secure: true, host: "", hostname: "", port: "", path: "" };

/** What all groups of one client share. */
export class Core {
  readonly #options: ClientOptions;
  readonly #product: Product;
  readonly #base: Base | undefined;
  readonly #common: HeaderPairs;
  readonly #signer: Signer | undefined;
  readonly #failures: FailureReader;
  readonly #sender: Sender;
  readonly #credentials: Credentials;
  readonly #secrets: readonly string[];
  readonly #nonces: Nonces = new Map();
  #messages: Signer | undefined;
  #replies: FailureReader | undefined;
  #clockOffsetMs = 0;

  constructor(product: Product, options: ClientOptions) {
    this.#options = { ...options };
    this.#product = product;
    const base = options.baseUrl ?? product.baseUrl;
    this.#base = base === undefined ? undefined : baseOf(base);
    this.#common = [["User-Agent", product.userAgent], ...Object.entries(options.headers ?? {})];
    const { key, secret, passphrase } = options;
    this.#credentials = { key, secret, passphrase };
    this.#signer = product.recipe && new Signer(product.recipe, this.#credentials, () => this.now(), options.nonce, this.#nonces);
    this.#secrets = [secret, passphrase, key].filter((each): each is string => each !== undefined && each !== "");
    this.#failures = new FailureReader(product.behaviour.errors ?? {}, this.#secrets, () => this.now());
    this.#sender = new Sender(this.#options, product.behaviour.limits ?? [], () => this.now(), (call) => this.#correctClock(call));
  }

  /** The exchange's time as far as it is known, in milliseconds since 1970. */
  now(): number {
    return (this.#options.now ?? Date.now)() + this.#clockOffsetMs;
  }

  /** Numbers from 0 to 1, for pauses. */
  get random(): () => number {
    return this.#options.random ?? Math.random;
  }

  /** What streams need of what was said when the client was made. */
  get streamOptions(): StreamOptions {
    const { streamUrl, WebSocket, timeoutMs, maxMessageBytes, random } = this.#options;
    const given = { streamUrl, WebSocket, timeoutMs, maxMessageBytes, random };
    return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as StreamOptions;
  }

  /** The exchange's time as text, as requests carry it. */
  timestamp(format: TimestampFormat = this.#product.recipe?.timestamp ?? "milliseconds"): string {
    return instantText(BigInt(Math.trunc(this.now())), format);
  }

  /** Call an operation. */
  async call<A extends object, Result>(operation: TypedOperation<A, Result>, args: A, options: CallOptions = {}): Promise<Result> {
    return this.#sender.perform(this.#job<Result>(operation, args as Arguments), options);
  }

  /** Call an operation for its answer's JSON as it came. */
  async document(operation: Operation, args: Arguments, options: CallOptions = {}): Promise<JsonValue | undefined> {
    return this.#sender.perform(this.#job(operation, args, (document) => document), options);
  }

  /** What proves on a stream who listens: key, passphrase, timestamp, and the signature of the payload that is made of them. */
  async proof(payload: string, format: TimestampFormat | undefined): Promise<ReadonlyMap<string, string>> {
    if (this.#signer === undefined) throw new ConfigurationError("streams need a login, and nobody said how this exchange signs");
    return this.#signer.proof(payload, this.timestamp(format));
  }

  /** The error that a message of a stream says. */
  refusedBy(document: JsonValue): ApiError {
    const details = { status: 0, retryAfterMs: null, headers: new Headers(), ...this.#failures.spoken(document) };
    return told(apiError(details), { attempts: 1, mayHaveHappened: false });
  }

  /** What reads refusals that stand in replies over streams; the codes mean what they always do. */
  repliesOf(own: ErrorTable | undefined): FailureReader {
    if (own === undefined) return this.#failures;
    return (this.#replies ??= new FailureReader({ ...own, codes: this.#product.behaviour.errors?.codes ?? [] }, this.#secrets, () =>
      this.now(),
    ));
  }

  /** Make a request over a stream, as often as is safe. */
  async speak<T>(request: SpokenRequest, path: string, repeatable: boolean, say: () => Promise<Said<T>>, options: SpeakOptions): Promise<T> {
    const weights = weightsOf(this.#product.behaviour.limits ?? [], request.weights, request.signed === true);
    return this.#sender.speak({ id: request.id, weights, repeatable, path, say }, options);
  }

  /** A message over a stream with what the recipe puts into it: as the body of a request that has nothing else. */
  async signedMessage(request: SpokenRequest, recipe: Recipe, message: JsonValue): Promise<string> {
    const signer = (this.#messages ??= new Signer(recipe, this.#credentials, () => this.now(), this.#options.nonce, this.#nonces));
    const missing = signer.missing(request.placements);
    if (missing.length > 0) throw new ConfigurationError(`${request.id} is signed; give the client its ${missing.join(" and ")}`);
    const draft = new Draft("POST", NOWHERE, "", "json");
    await draft.setBody("json", "application/json", message);
    await signer.sign(draft, request.placements);
    return draft.json();
  }

  /**
   * Send what no description knows (yet): limited, signed and tried again as operations are.
   *
   * @param path - As on the wire, below the base URL, without a query.
   */
  async request(method: string, path: string, request: RawRequest = {}): Promise<RawAnswer> {
    const id = `${method} ${path}`;
    checkVerb(id, method);
    const placements = this.#rawPlacements(request);
    const signs = this.#signs(id, request.signed === true ? true : undefined, placements);
    const base = this.#baseOf(undefined);
    const job: Job<RawAnswer> = {
      id,
      weights: weightsOf(this.#product.behaviour.limits ?? [], undefined, signs),
      repeatable: SAFE.has(method),
      draft: () => rawDraft(method, path, request, base, this.#common),
      sign: (draft) => (signs ? this.#signer?.sign(draft, placements) : undefined),
      read: (head, bytes) => {
        const body = undescribedBody(bytes);
        this.#checkSuccess(head, bytes, body.document);
        return { status: head.status, headers: head.headers, body: body.document ?? body.text };
      },
    };
    return this.#sender.perform(job, request);
  }

  /**
   * Ask the exchange for the time, and correct the clock that requests are signed with.
   *
   * @returns how far the exchange's clock is ahead of the local one, in milliseconds.
   */
  async syncClock(options: CallOptions = {}): Promise<number> {
    return this.#sync(options);
  }

  async #sync(options: CallOptions, retries?: number): Promise<number> {
    const clock = this.#product.behaviour.clock;
    if (clock === undefined) throw new ConfigurationError("nobody said how this exchange tells its time");
    const local = this.#options.now ?? Date.now;
    const job = this.#job<JsonValue | undefined>(clock.operation, {}, (document) => document);
    let sent = 0;
    const timed = { ...job, sign: (): void => void (sent = local()) };
    const document = await this.#sender.perform(timed, options, retries);
    this.#clockOffsetMs = clockOffsetMs(clock, document, sent, local());
    return this.#clockOffsetMs;
  }

  async #correctClock(options: CallOptions): Promise<boolean> {
    if (this.#product.behaviour.clock === undefined) return false;
    try {
      // Without retries: an exchange that answers this call too with an error about clocks must not be asked for ever.
      await this.#sync(options, 0);
      return true;
    } catch (error) {
      if (error instanceof SdkError) return false;
      throw error;
    }
  }

  /** An operation as a call; `take` makes the value where it is not the typed one. */
  #job<T>(operation: Operation, args: Arguments, take?: (document: JsonValue | undefined) => T): Job<T> {
    checkArguments(operation, args);
    const signs = this.#signs(operation.id, operation.signed, operation.placements);
    const base = this.#baseOf(operation.server);
    return {
      id: operation.id,
      weights: weightsOf(this.#product.behaviour.limits ?? [], operation.weights, signs),
      repeatable: SAFE.has(operation.verb) || operation.repeatable === true || hasOrderId(operation, args),
      draft: () => composed(operation, args, base, this.#common),
      sign: (draft) => (signs ? this.#signer?.sign(draft, operation.placements) : undefined),
      read: (head, bytes) => {
        if (!isSuccess(head.status)) throw apiError(this.#failures.read(head, bytes));
        const content = contentOf(operation, head.status, head.get("content-type") ?? "");
        const body = bodyOf(content, bytes);
        this.#checkSuccess(head, bytes, telling(content, body));
        return take === undefined ? (decoded(operation, content, body, bytes) as T) : take(body.document);
      },
    };
  }

  #checkSuccess(head: Head, bytes: Uint8Array, document: JsonValue | undefined): void {
    if (!isSuccess(head.status) || !this.#failures.succeeded(document, head)) throw apiError(this.#failures.read(head, bytes));
  }

  #baseOf(server: string | undefined): Base {
    const base = server === undefined || this.#options.baseUrl !== undefined ? this.#base : baseOf(server);
    if (base === undefined) throw new ConfigurationError("no base URL is known; give the client one as baseUrl");
    return base;
  }

  /** Whether a call is signed. */
  #signs(id: string, signed: Operation["signed"], placements: readonly number[] | undefined): boolean {
    if (signed === undefined || this.#signer === undefined) return false;
    const missing = this.#signer.missing(placements);
    if (missing.length === 0) return true;
    const given = [this.#options.key, this.#options.secret, this.#options.passphrase].some(Boolean);
    if (signed === "optional" && !given) return false;
    throw new ConfigurationError(`${id} is signed; give the client its ${missing.join(" and ")}`);
  }

  #rawPlacements(request: RawRequest): readonly number[] | undefined {
    return this.#product.recipe && rawPlacements(this.#product.recipe, request.body !== undefined);
  }
}

function hasOrderId(operation: Operation, args: Arguments): boolean {
  if (operation.orderId === undefined) return false;
  const given = valueAt(args, operation.orderId);
  return given !== undefined && given !== null && given !== "";
}
