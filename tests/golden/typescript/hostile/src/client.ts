/** The client: one object that holds every operation. Generated; changes are lost. */

import { Core } from "./runtime/core.js";
import type { CallOptions, ClientOptions, RawAnswer, RawRequest } from "./runtime/options.js";
import { connect } from "./product.js";
import { BodiesApi } from "./groups/bodies.js";
import { ConstructorApi } from "./groups/constructor.js";
import { OrdersApi } from "./groups/orders.js";

/** A client. It needs no closing; its credentials are visible nowhere. */
export class Client {
  readonly bodies: BodiesApi;
  readonly constructor_: ConstructorApi;
  readonly orders: OrdersApi;
  readonly #core: Core;

  /** @param options - What is particular about it; or what `connect` gave, to share it with others. */
  constructor(options: ClientOptions | Core = {}) {
    this.#core = options instanceof Core ? options : connect(options);
    this.bodies = new BodiesApi(this.#core);
    this.constructor_ = new ConstructorApi(this.#core);
    this.orders = new OrdersApi(this.#core);
  }

  /**
   * Send what this package has no method for: limited, signed and tried again as operations are.
   *
   * @param path - As on the wire, below the base URL, without a query.
   */
  request(method: string, path: string, request?: RawRequest): Promise<RawAnswer> {
    return this.#core.request(method, path, request);
  }

  /**
   * Ask the exchange for the time, and correct the clock that requests are signed with.
   *
   * @returns how far the exchange's clock is ahead of the local one, in milliseconds.
   */
  syncClock(options?: CallOptions): Promise<number> {
    return this.#core.syncClock(options);
  }
}
