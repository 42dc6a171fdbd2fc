/** Which way a client's requests take. */

import { type Fetch, fetchTransport } from "./fetching.js";
import { nodeTransport } from "./nodehttp.js";
import type { Transport } from "./transport.js";

/** The platform's own `fetch`, as it was before anyone could put another one in its place. */
const OWN_FETCH: Fetch | undefined = globalThis.fetch;

/** Where Node.js keeps what its `fetch` sends through. */
const DISPATCHERS = ["undici.globalDispatcher.1", "undici.globalDispatcher.2"];

let node: Transport | undefined | null = null;

/**
 * What sends a client's requests: the caller's own `fetch`, else Node.js's HTTP where there is one, else the global `fetch`.
 *
 * A global `fetch` that someone replaced, or told to go through a proxy or a test's double, is obeyed.
 */
export function routeOf(given: Fetch | undefined): Transport {
  if (given !== undefined) return fetchTransport(given);
  if (globalThis.fetch !== OWN_FETCH || isDiverted()) return fetchTransport(globalThis.fetch);
  if (node === null) node = nodeTransport();
  return node ?? fetchTransport(globalThis.fetch);
}

function isDiverted(): boolean {
  return DISPATCHERS.some((name) => {
    const dispatcher = (globalThis as Record<symbol, { readonly constructor: { readonly name: string } } | undefined>)[Symbol.for(name)];
    return dispatcher !== undefined && dispatcher.constructor.name !== "Agent";
  });
}
