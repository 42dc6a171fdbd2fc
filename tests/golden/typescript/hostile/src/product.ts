/** What this package knows of its exchange. Generated; changes are lost. */

import { Core } from "./runtime/core.js";
import type { ClientOptions, Product } from "./runtime/options.js";

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
  behaviour: {},
};

/** What a single group of operations needs, so that a bundle holds no other: `new BodiesApi(connect({ … }))`. */
export function connect(options: ClientOptions = {}): Core {
  return new Core(product, options);
}
