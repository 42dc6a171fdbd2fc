/** The spread of a market, written by hand for the reference exchange. */

import { type Client, Decimal } from "../index.js";

/** How far the best prices of a market lie apart; `undefined` where nobody buys, or nobody sells. */
export async function spread(client: Client, symbol: string): Promise<Decimal | undefined> {
  const { asks, bids } = await client.market.getDepth({ symbol });
  const [ask, bid] = [asks[0], bids[0]];
  return ask && bid && new Decimal(ask[0]).sub(new Decimal(bid[0]));
}
