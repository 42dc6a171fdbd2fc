// The harness program (sdkgen/HARNESS.md, protocol 3) for the npm package binance.
import { createInterface } from "node:readline";
import { MainClient } from "binance";
import { Streams } from "./streams.mjs";

const VERSION = "3.6.5";

const METHODS = {
  GetPingV3: "testConnectivity",
  GetExchangeInfoV3: "getExchangeInfo",
  GetDepthV3: "getOrderBook",
  GetTradesV3: "getRecentTrades",
  GetHistoricalTradesV3: "getHistoricalTrades",
  GetAggTradesV3: "getAggregateTrades",
  GetKlinesV3: "getKlines",
  GetUiKlinesV3: "getUIKlines",
  GetAvgPriceV3: "getAvgPrice",
  GetTicker24hrV3: "get24hrChangeStatistics",
  GetTickerTradingDayV3: "getTradingDayTicker",
  GetTickerPriceV3: "getSymbolPriceTicker",
  GetTickerBookTickerV3: "getSymbolOrderBookTicker",
  GetTickerV3: "getRollingWindowTicker",
  CreateOrderV3: "submitNewOrder",
  CreateOrderTestV3: "testNewOrder",
  GetOrderV3: "getOrder",
  DeleteOrderV3: "cancelOrder",
  DeleteOpenOrdersV3: "cancelAllSymbolOrders",
  CreateOrderCancelReplaceV3: "replaceOrder",
  GetOpenOrdersV3: "getOpenOrders",
  GetAllOrdersV3: "getAllOrders",
  CreateOrderListOcoV3: "submitNewOrderList",
  CreateOrderListOtoV3: "submitNewOrderListOTO",
  CreateOrderListOtocoV3: "submitNewOrderListOTOCO",
  DeleteOrderListV3: "cancelOCO",
  GetOrderListV3: "getOCO",
  GetAllOrderListV3: "getAllOCO",
  GetOpenOrderListV3: "getAllOpenOCO",
  CreateSorOrderV3: "submitNewSOROrder",
  GetAccountV3: "getAccountInformation",
  GetMyTradesV3: "getAccountTradeList",
  GetRateLimitOrderV3: "getOrderRateLimit",
  GetMyPreventedMatchesV3: "getPreventedMatches",
  GetMyAllocationsV3: "getAllocations",
  GetAccountCommissionV3: "getCommissionRates",
  GetCapitalConfigGetallV1: "getBalances",
  CreateCapitalWithdrawApplyV1: "withdraw",
  GetCapitalWithdrawHistoryV1: "getWithdrawHistory",
  GetCapitalDepositHisrecV1: "getDepositHistory",
  GetCapitalDepositAddressV1: "getDepositAddress",
  CreateAssetTransferV1: "submitUniversalTransfer",
  GetAssetTransferV1: "getUniversalTransferHistory",
  CreateUserDataStreamV3: "getSpotUserDataListenKey",
};
const WITHOUT_ARGUMENTS = new Set(["testConnectivity", "getAllOpenOCO", "getOrderRateLimit", "getBalances", "getSpotUserDataListenKey"]);

// What its types declare as a number.
const NUMBERS = new Set(["price", "quantity", "quoteOrderQty", "stopPrice", "icebergQty"]);

const described = () => ({
  protocol: 3,
  language: "javascript",
  package: "binance",
  version: VERSION,
  operations: Object.keys(METHODS).sort(),
  types: [],
  capabilities: ["base_path", "log", "streams", "timeout"],
});

// A number that JavaScript can't hold goes in as text: the SDK writes it into the query digit for digit.
const exactly = (_name, value, context) => (typeof value !== "number" || String(value) === context.source ? value : context.source);

const configured = (settings) => {
  talkative = Boolean(settings.log);
  const options = { baseUrl: settings.base_url };
  if (settings.key) Object.assign(options, { api_key: settings.key, api_secret: settings.secret });
  return new MainClient(options, { timeout: settings.timeout_ms });
};

class Refused extends Error {}

const called = async (client, call) => {
  const method = METHODS[call.operation];
  if (typeof client?.[method] !== "function") throw new Refused(`no method for ${call.operation}`);
  const given = { ...call.path, ...call.query, ...call.body };
  for (const name of Object.keys(given)) {
    if (NUMBERS.has(name) && !Number.isNaN(Number(given[name]))) given[name] = Number(given[name]);
  }
  if (WITHOUT_ARGUMENTS.has(method) && Object.keys(given).length > 0) throw new Refused(`${method} takes no arguments`);
  const value = await client[method](Object.keys(given).length > 0 ? given : undefined);
  return { status: null, value: value ?? null };
};

const TIMEOUTS = new Set(["ECONNABORTED", "ETIMEDOUT"]);
const BROKEN = new Set(["ECONNRESET", "ECONNREFUSED", "EPIPE", "ERR_BAD_RESPONSE", "ERR_NETWORK"]);

const raised = (error) => {
  const found = { kind: "unexpected", status: null, code: null, message: "", retry_after_ms: null, refusal: null, attempts: 1 };
  Object.assign(found, { may_have_happened: true, repeated: false });
  if (typeof error === "object" && error !== null && "requestUrl" in error) {
    // The SDK's own error: the exchange's code and message, headers and body, and no HTTP status.
    const after = error.headers?.["retry-after"];
    return { ...found, kind: "api", code: String(error.code), message: String(error.message), retry_after_ms: after ? Number(after) * 1000 : null };
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const kind = TIMEOUTS.has(error?.code) ? "timeout" : BROKEN.has(error?.code) || /aborted|socket hang up/.test(message) ? "transport" : "unexpected";
  return { ...found, kind, message };
};

const answered = async (document) => {
  if (document.describe) return { described: described() };
  if (document.configure) {
    client = configured(document.configure);
    streams = new Streams(document.configure.stream_url);
    return { configured: {} };
  }
  if (document.call) return { returned: await called(client, document.call) };
  if (document.subscribe?.channel === "marketStream") return { subscribed: await streams.subscribe(document.subscribe) };
  if (document.hear) return { heard: await streams.hear(document.hear) };
  if (document.unsubscribe) return { unsubscribed: streams.leave() };
  return { refused: { message: "this adapter calls operations and hears market streams" } };
};

let client = null;
let streams = null;
let talkative = false;
for await (const line of createInterface({ input: process.stdin })) {
  const document = JSON.parse(line, exactly);
  let answer;
  try {
    answer = await answered(document);
  } catch (error) {
    if (talkative && !(error instanceof Refused)) console.error(error);
    answer = error instanceof Refused ? { refused: { message: error.message } } : { raised: raised(error) };
  }
  process.stdout.write(`${JSON.stringify({ id: document.id, ...answer })}\n`);
}
