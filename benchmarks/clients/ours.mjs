/** Our own client of Binance spot, its own throttle off. */
import { Client } from "@openxapi/binance-spot";
import { timed } from "./clock.mjs";

const client = new Client({ key: "key", secret: "secret", baseUrl: process.argv[2], rateLimits: false });
await timed(
  () => client.spotTrading.getDepthV3({ symbol: "BTCUSDT", limit: 1000n }),
  () => client.spotTrading.getOpenOrdersV3({ symbol: "BTCUSDT" }),
);
