/** Everything that can go wrong, as types. No message ever holds a credential. */

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
}

/** Nothing was sent: a credential or an argument is missing or wrong. */
export class ConfigurationError extends SdkError {
  override readonly name: string = "ConfigurationError";
  readonly kind = "configuration";
}

/** The answer did not come in time. Whether the exchange acted on the request is unknown. */
export class TimeoutError extends SdkError {
  override readonly name: string = "TimeoutError";
  readonly kind = "timeout";
}

/** The connection was refused, reset or closed. Whether the exchange acted on the request is unknown. */
export class TransportError extends SdkError {
  override readonly name: string = "TransportError";
  readonly kind = "transport";
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
  readonly retryAfterMs: number | null;
  readonly headers: Headers;
  readonly body: string;
}

/** The exchange answered with an error. */
export class ApiError extends SdkError {
  override readonly name: string = "ApiError";
  readonly kind: ErrorKind = "api";
  /** The HTTP status. */
  readonly status: number;
  /** The exchange's own code, where the answer has one. */
  readonly code: string | null;
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

const BY_STATUS: ReadonlyMap<number, typeof ApiError> = new Map<number, typeof ApiError>([
  [400, BadRequestError],
  [401, AuthenticationError],
  [403, PermissionDeniedError],
  [404, NotFoundError],
  [409, ConflictError],
  [418, RateLimitError],
  [422, UnprocessableError],
  [429, RateLimitError],
]);

/** The typed error for an answer's status. */
export function apiError(details: ApiErrorDetails): ApiError {
  const Kind = details.status >= 500 && details.status < 600 ? ServerError : (BY_STATUS.get(details.status) ?? ApiError);
  return new Kind(details);
}
