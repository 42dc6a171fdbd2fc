/** ccxt's Binance, spot markets only, its own throttle off. */
import ccxt from "ccxt";
import { timed } from "./clock.mjs";

const client = new ccxt.binance({
  apiKey: "key",
  secret: "secret",
  enableRateLimit: false,
  options: { fetchMarkets: { types: ["spot"] }, fetchCurrencies: false, fetchMargins: false },
});
for (const [name, address] of Object.entries(client.urls.api)) {
  if (typeof address === "string") client.urls.api[name] = process.argv[2] + new URL(address).pathname;
}
client.has.fetchCurrencies = false;
await client.loadMarkets();
await timed(
  () => client.fetchOrderBook("BTC/USDT", 1000),
  () => client.fetchOpenOrders("BTC/USDT"),
);
