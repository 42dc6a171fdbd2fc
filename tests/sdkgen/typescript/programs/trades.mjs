/** Trades a little, with whatever platform runs it: signed orders, a live book that comes to show them, and a refusal. */
export async function trade({ Client, SdkError }, { baseUrl, streamUrl, nowhere, key, secret }) {
  const client = new Client({ baseUrl, streamUrl, key, secret });
  const order = (price) => client.orders.placeOrder({ body: { symbol: "BTC-USD", side: "buy", type: "limit", price, quantity: "0.01" } });
  const shows = ({ bids }, price) => bids.some(([each]) => Number(String(each)) === price);
  const first = await order("40000");
  let second;
  let levels = 0;
  for await (const book of client.streams.book("BTC-USD")) {
    if (!book.synced) continue;
    if (second === undefined) second = await order("39999");
    levels = book.bids.length;
    if (shows(book, 40_000) && shows(book, 39_999)) break;
  }
  const canceled = [];
  for (const { orderId } of [first, second]) canceled.push((await client.orders.cancelOrder({ orderId })).status);
  await client.streams.close();
  const refused = await new Client({ baseUrl, key, secret: "wrong", retries: 0 }).orders.listOpenOrders({}).catch((error) => error);
  const unreached = await new Client({ baseUrl: nowhere, key, secret, retries: 0 }).orders.cancelAllOrders({}).catch((error) => error);
  return { placed: first.price, levels: levels > 1, canceled, refused: refused instanceof SdkError && refused.kind, unreached: [unreached.kind, unreached.mayHaveHappened] };
}
