/** The client: one object that holds every operation. Generated; changes are lost. */

import { type ClientOptions, Core, type Product } from "./runtime/core.js";
import { BodiesApi } from "./groups/bodies.js";
import { ConstructorApi } from "./groups/constructor.js";
import { OrdersApi } from "./groups/orders.js";

const product: Product = {
  baseUrl: "https://api.example.com/base",
  userAgent: "@openxapi/hostile/1.2.3",
  recipe: {
    "algorithm": "hmac-sha256",
    "placements": [
      {
        "carrier": "header",
        "name": "X-Key",
        "value": "key"
      },
      {
        "carrier": "body",
        "name": "nonce",
        "value": "nonce"
      },
      {
        "carrier": "header",
        "name": "X-Sign",
        "value": "signature"
      }
    ],
    "payload": [
      {
        "value": "method"
      },
      {
        "value": "path"
      },
      {
        "value": "query",
        "prefix": "?"
      },
      {
        "value": "body"
      }
    ],
    "output": "hex",
    "secretEncoding": "text",
    "timestamp": "milliseconds",
    "nonce": "milliseconds",
    "windowMs": 5000,
    "lifetimeMs": 60000,
    "jwtHeader": [],
    "jwtClaims": []
  },
};

/** A client. It holds no connection and needs no closing; its credentials are visible nowhere. */
export class Client {
  readonly bodies: BodiesApi;
  readonly constructor_: ConstructorApi;
  readonly orders: OrdersApi;

  constructor(options: ClientOptions = {}) {
    const core = new Core(product, options);
    this.bodies = new BodiesApi(core);
    this.constructor_ = new ConstructorApi(core);
    this.orders = new OrdersApi(core);
  }
}
