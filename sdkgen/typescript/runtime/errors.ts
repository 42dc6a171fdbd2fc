/** Everything that can go wrong, as types. No message ever holds a credential. */

import type { Refusal } from "./behaviour.js";

/** What kind of thing went wrong; the same words in every language's SDK. */
export type ErrorKind =
  | "configuration"
  | "timeout"
  | "transport"
  | "decode"
  | "bad_request"
  | "authentication"
  | "permission_denied"
  | "not_found"
  | "conflict"
  | "unprocessable"
  | "rate_limit"
  | "server"
  | "api";

/** The base of every error that this package throws. */
export abstract class SdkError extends Error {
  /** What kind of thing went wrong. */
  abstract readonly kind: ErrorKind;
  /** How often the request was sent. */
  readonly attempts: number = 0;
  /** Whether the exchange may have carried the request out: ask it what became of an order before you send it again. */
  readonly mayHaveHappened: boolean = false;
}

/** What a call knows of its error that the error itself can't. */
export interface Circumstances {
  readonly attempts: number;
  readonly mayHaveHappened: boolean;
  readonly repeated?: boolean;
}

/** The error, told how it came about. */
export function told<E extends SdkError>(error: E, circumstances: Circumstances): E {
  return Object.assign(error, circumstances);
}

/** Nothing was sent: a credential or an argument is missing or wrong. */
export class ConfigurationError extends SdkError {
  override readonly name: string = "ConfigurationError";
  readonly kind = "configuration";
}

/** The answer did not come in time. Whether the exchange acted on the request is unknown, unless nothing was sent. */
export class TimeoutError extends SdkError {
  override readonly name: string = "TimeoutError";
  readonly kind = "timeout";
  /** Whether a part of the request may have left. */
  readonly sent: boolean;

  constructor(message: string, sent = true) {
    super(message);
    this.sent = sent;
  }
}

/** The connection was refused, reset or closed. Whether the exchange acted is unknown, unless nothing was sent. */
export class TransportError extends SdkError {
  override readonly name: string = "TransportError";
  readonly kind = "transport";
  /** Whether a part of the request may have left: not where there was no connection at all. */
  readonly sent: boolean;

  constructor(message: string, sent = true) {
    super(message);
    this.sent = sent;
  }
}

/** A rate limit asks for a longer wait than the client may make. Nothing was sent. */
export class ThrottledError extends SdkError {
  override readonly name: string = "ThrottledError";
  readonly kind = "rate_limit";
  /** How long the wait would be, in milliseconds. */
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number, maxWaitMs: number) {
    super(`the rate limits ask for a wait of ${retryAfterMs} ms, longer than maxWaitMs (${maxWaitMs}); nothing was sent`);
    this.retryAfterMs = retryAfterMs;
  }
}

/** A value does not fit its type. */
export class DecodeError extends SdkError {
  override readonly name: string = "DecodeError";
  readonly kind = "decode";
  /** What is wrong, without the place. */
  readonly problem: string;
  /** Where in the value, such as `$.orders[3].price`. */
  readonly path: string;

  constructor(problem: string, path = "$") {
    super(`${path}: ${problem}`);
    this.problem = problem;
    this.path = path;
  }

  /** The same error, seen from one level further out. */
  within(step: string): DecodeError {
    return new DecodeError(this.problem, `$${step}${this.path.slice(1)}`);
  }
}

/** What an {@link ApiError} is made of. */
export interface ApiErrorDetails {
  readonly message: string;
  readonly status: number;
  readonly code: string | null;
  readonly refusal: Refusal | null;
  readonly retryAfterMs: number | null;
  readonly headers: Headers;
  readonly body: string;
}

/** The exchange answered with an error. */
export class ApiError extends SdkError {
  override readonly name: string = "ApiError";
  readonly kind: ErrorKind = "api";
  /** The HTTP status; 0 where the error came on a stream. */
  readonly status: number;
  /** The exchange's own code, where the answer has one. */
  readonly code: string | null;
  /** What that code means, where it is known. */
  readonly refusal: Refusal | null;
  /** Whether an earlier attempt of the same call stands: the order was refused as a duplicate of itself. */
  readonly repeated: boolean = false;
  /** How long the exchange asks us to wait, where it says so. */
  readonly retryAfterMs: number | null;
  /** The answer's headers. */
  readonly headers: Headers;
  /** The answer's body as text. */
  readonly body: string;

  constructor(details: ApiErrorDetails) {
    super(details.message);
    this.status = details.status;
    this.code = details.code;
    this.refusal = details.refusal;
    this.retryAfterMs = details.retryAfterMs;
    this.headers = details.headers;
    this.body = details.body;
  }
}

/** 400: the request makes no sense to the exchange. */
export class BadRequestError extends ApiError {
  override readonly name: string = "BadRequestError";
  override readonly kind = "bad_request";
}

/** 401: the exchange does not know who calls. */
export class AuthenticationError extends ApiError {
  override readonly name: string = "AuthenticationError";
  override readonly kind = "authentication";
}

/** 403: the caller may not do this. */
export class PermissionDeniedError extends ApiError {
  override readonly name: string = "PermissionDeniedError";
  override readonly kind = "permission_denied";
}

/** 404: there is no such thing. */
export class NotFoundError extends ApiError {
  override readonly name: string = "NotFoundError";
  override readonly kind = "not_found";
}

/** 409: the request contradicts the present state. */
export class ConflictError extends ApiError {
  override readonly name: string = "ConflictError";
  override readonly kind = "conflict";
}

/** 422: understood and refused. */
export class UnprocessableError extends ApiError {
  override readonly name: string = "UnprocessableError";
  override readonly kind = "unprocessable";
}

/** 418 or 429: too many requests. */
export class RateLimitError extends ApiError {
  override readonly name: string = "RateLimitError";
  override readonly kind = "rate_limit";
}

/** 5xx: the exchange failed. Whether it acted on the request is unknown. */
export class ServerError extends ApiError {
  override readonly name: string = "ServerError";
  override readonly kind = "server";
}

const BY_STATUS: ReadonlyMap<number, typeof ApiError> = /* @__PURE__ */ new Map<number, typeof ApiError>([
  [400, BadRequestError],
  [401, AuthenticationError],
  [403, PermissionDeniedError],
  [404, NotFoundError],
  [409, ConflictError],
  [418, RateLimitError],
  [422, UnprocessableError],
  [429, RateLimitError],
]);

/** What an answer with status 2xx is that the exchange says is none. */
const BY_REFUSAL: Readonly<Partial<Record<Refusal, typeof ApiError>>> = {
  authentication: AuthenticationError,
  permission: PermissionDeniedError,
  rate_limit: RateLimitError,
  unavailable: ServerError,
  unknown_outcome: ServerError,
  unknown_order: NotFoundError,
  unknown_symbol: NotFoundError,
  duplicate_order: ConflictError,
  invalid_order: UnprocessableError,
  insufficient_funds: UnprocessableError,
};

/** The typed error for an answer: by its status, or by what the exchange says where the status is good or, on streams, none (0). */
export function apiError(details: ApiErrorDetails): ApiError {
  const { status, refusal } = details;
  if (status === 0 || (status >= 200 && status < 300)) return new ((refusal === null ? undefined : BY_REFUSAL[refusal]) ?? BadRequestError)(details);
  return new (status >= 500 && status < 600 ? ServerError : (BY_STATUS.get(status) ?? ApiError))(details);
}
