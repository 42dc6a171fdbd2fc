/** The exchange's own SDK, from its registry. */
import { Spot } from "@binance/spot";
import { timed } from "./clock.mjs";

const client = new Spot({ configurationRestAPI: { apiKey: "key", apiSecret: "secret", basePath: process.argv[2] } }).restAPI;
await timed(
  async () => (await client.depth({ symbol: "BTCUSDT", limit: 1000 })).data(),
  async () => (await client.getOpenOrders({ symbol: "BTCUSDT" })).data(),
);
