/** Sends requests through `fetch`: the platform's own, or one that the caller gave. */

import type { Deadline } from "./deadline.js";
import { type Head, type Outgoing, tooLong, type Transport } from "./transport.js";
import { concatenated } from "./wire.js";

/** What `fetch` looks like. */
export type Fetch = typeof globalThis.fetch;

/** Requests through this `fetch`. */
export function fetchTransport(fetch: Fetch): Transport {
  return { bodyAnywhere: false, send: (...asked) => send(fetch, ...asked) };
}

async function send(fetch: Fetch, request: Outgoing, deadline: Deadline, limit: number, heard: (head: Head) => void): Promise<Uint8Array> {
  const { method, base, target, headers, body } = request;
  const controller = new AbortController();
  deadline.onStop(() => controller.abort());
  const response = await fetch(base.origin + target, {
    method,
    headers: headers as [string, string][],
    redirect: "manual",
    credentials: "omit",
    signal: controller.signal,
    ...(body === undefined ? {} : { body }),
  });
  const { status, statusText } = response;
  heard({ status, statusText, headers: response.headers, get: (name) => response.headers.get(name) });
  return received(response, limit);
}

/** The whole body. What `fetch` gives is decoded already, so what is counted is what there will be in memory. */
async function received(response: Response, limit: number): Promise<Uint8Array> {
  if (response.body === null) return new Uint8Array();
  const reader = response.body.getReader();
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > limit) {
      await reader.cancel();
      throw tooLong(limit);
    }
    pieces.push(value);
  }
  return pieces.length === 1 ? (pieces[0] as Uint8Array) : concatenated(pieces);
}
