/** What carries a request to the exchange and its answer back, whatever the platform. */

import type { Deadline } from "./deadline.js";
import { DecodeError } from "./errors.js";
import type { Bytes } from "./json.js";

/** Where an API is. */
export interface Base {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly secure: boolean;
  /** Host, and port where it is not the scheme's own. */
  readonly host: string;
  /** The host alone; an IPv6 address without brackets. */
  readonly hostname: string;
  /** Empty where it is the scheme's own. */
  readonly port: string;
  /** What all paths begin with; no slash at its end. */
  readonly path: string;
}

/** A request, ready to be sent. */
export interface Outgoing {
  readonly method: string;
  readonly base: Base;
  /** Path and query, as on the wire. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Bytes | undefined;
}

/** Reads the headers of an answer: `Headers`, or what is like it. */
export type HeaderReader = Pick<Headers, "get">;

/** No headers at all. */
export const NO_HEADERS: HeaderReader = { get: () => null };

/** The beginning of an answer. */
export interface Head extends HeaderReader {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
}

/** Sends requests and reads answers. Neither follows redirects nor keeps cookies. */
export interface Transport {
  /** Whether requests with the method GET or HEAD may have a body. */
  readonly bodyAnywhere: boolean;
  /**
   * Send a request.
   *
   * @param limit - The most bytes of an answer's body, decoded, that are read.
   * @param heard - Told of the answer's beginning. It throws nothing.
   * @returns the answer's body without its content encoding.
   * @throws DecodeError where it is longer than the limit, or its encoding can't be undone; whatever the platform throws where the network fails.
   */
  readonly send: (request: Outgoing, deadline: Deadline, limit: number, heard: (head: Head) => void) => Promise<Uint8Array>;
}

/** The error of an answer that is too long to be read. */
export function tooLong(limit: number): DecodeError {
  return new DecodeError(`the answer is longer than ${limit} bytes`);
}

/** Whether a status means success. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
