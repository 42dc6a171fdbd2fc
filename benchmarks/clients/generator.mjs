/** OpenAPI Generator's client, which can't sign. */
import { timed } from "./clock.mjs";

const { Configuration, SpotTradingApi } = await import(process.argv[4]);
const client = new SpotTradingApi(new Configuration({ basePath: process.argv[2] }));
await timed(() => client.getDepthV3({ symbol: "BTCUSDT", limit: 1000 }), undefined);
