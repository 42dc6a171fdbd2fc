/** The operations of OrdersApi and the types that only they use. Generated; changes are lost. */

import { any, boolean, decimal, integer, lazy, list, map, nullable, openEnum, text, tuple, type AnyCodec, type Codec } from "../runtime/codecs.js";
import type { Core } from "../runtime/core.js";
import type { Decimal } from "../runtime/decimal.js";
import type { JsonValue } from "../runtime/json.js";
import { object, union, type Extra } from "../runtime/objects.js";
import type { Operation, TypedOperation } from "../runtime/operation.js";
import type { CallOptions } from "../runtime/options.js";

/** Balances, of which the description says no more. */
export type Balances = ReadonlyMap<string, Decimal>;
/** Reads and writes {@link Balances}. */
export const balancesCodec: Codec<Balances> = /* @__PURE__ */ lazy(() => map(decimal));

/** Candle, of which the description says no more. */
export type Candle = readonly [bigint, Decimal, string, ...Decimal[]];
/** Reads and writes {@link Candle}. */
export const candleCodec: Codec<Candle> = /* @__PURE__ */ lazy(() => tuple([integer, decimal, text], decimal));

/** Fee, of which the description says no more. */
export type Fee = Decimal | string;
/** Reads and writes {@link Fee}. */
export const feeCodec: Codec<Fee> = /* @__PURE__ */ union(() => [decimal, text]);

/** Level, of which the description says no more. */
export type Level = 1n | 2n | 9223372036854775807n | (bigint & {});
/** The values that the description knows; others are kept. */
export const Level = { Value1: 1n, Value2: 2n, Value9223372036854775807: 9223372036854775807n } as const;
/** Reads and writes {@link Level}. */
export const levelCodec: Codec<Level> = /* @__PURE__ */ openEnum(integer, () => [1n, 2n, 9223372036854775807n]);

/** Limit, of which the description says no more. */
export interface Limit extends Extra {
  readonly type: string;
  readonly price: Decimal;
}
/** Reads and writes {@link Limit}. */
export const limitCodec: Codec<Limit> = /* @__PURE__ */ object(() => [
  ["type", text, 1],
  ["price", decimal, 1],
]);

/** Market, of which the description says no more. */
export interface Market extends Extra {
  readonly type: string;
  readonly slippage?: bigint;
}
/** Reads and writes {@link Market}. */
export const marketCodec: Codec<Market> = /* @__PURE__ */ object(() => [
  ["type", text, 1],
  ["slippage", integer, 0],
]);

/** NewOrder, of which the description says no more. */
export interface NewOrder extends Extra {
  readonly symbol: string;
  readonly side?: Side;
  readonly price: Decimal;
  readonly quantity: bigint;
  readonly nonce?: string;
  readonly secretWord?: string;
}
/** Reads and writes {@link NewOrder}. */
export const newOrderCodec: Codec<NewOrder> = /* @__PURE__ */ object(() => [
  ["symbol", text, 1],
  ["side", sideCodec, 0],
  ["price", decimal, 1],
  ["quantity", integer, 1],
  ["nonce", text, 0],
  ["secretWord", text, 0],
]);

/** An order *\/ export const pwned = 1; /\* */
export interface Order {
  readonly m: string;
  readonly mUpper: bigint;
  readonly id: bigint;
  readonly price: Decimal;
  readonly side: Side;
  readonly extra?: string;
  readonly constructor_?: string;
  readonly proto?: string;
  readonly toString_?: string;
  readonly then_?: string;
  readonly withSpaceQuoteBack?: string;
  readonly field?: string;
  readonly field2?: string;
  /** @deprecated */
  readonly class?: boolean;
  readonly nullable?: string | null;
  readonly optionalPrice?: Decimal | null;
  readonly candle?: Candle;
  readonly balances?: Balances;
  readonly fee?: Fee | null;
  readonly shape?: Shape;
  readonly flags?: readonly Level[];
  readonly any?: JsonValue;
  /** Keys that the description does not name. */
  readonly extra_?: ReadonlyMap<string, JsonValue>;
}
/** Reads and writes {@link Order}. */
export const orderCodec: Codec<Order> = /* @__PURE__ */ object(() => [
  ["m", text, 1],
  ["mUpper", integer, 1, "M"],
  ["id", integer, 1],
  ["price", decimal, 1],
  ["side", sideCodec, 1],
  ["extra", text, 0],
  ["constructor_", text, 0, "constructor"],
  ["proto", text, 0, "__proto__"],
  ["toString_", text, 0, "toString"],
  ["then_", text, 0, "then"],
  ["withSpaceQuoteBack", text, 0, "with space \" quote \\ back"],
  ["field", text, 0, "\u2028"],
  ["field2", text, 0, "\u65e5\u672c"],
  ["class", boolean, 0],
  ["nullable", nullable(text), 0],
  ["optionalPrice", nullable(decimal), 0],
  ["candle", candleCodec, 0],
  ["balances", balancesCodec, 0],
  ["fee", nullable(feeCodec), 0],
  ["shape", shapeCodec, 0],
  ["flags", list(levelCodec), 0],
  ["any", any, 0],
], { extra: "extra_" });

/** Promise, of which the description says no more. */
export interface Promise_ {
  readonly ticket?: string;
  /** Keys that the description does not name. */
  readonly extra?: ReadonlyMap<string, bigint>;
}
/** Reads and writes {@link Promise_}. */
export const promiseCodec: Codec<Promise_> = /* @__PURE__ */ object(() => [
  ["ticket", text, 0],
], { extraValues: () => integer });

/** Shape, of which the description says no more. */
export type Shape = Limit | Market;
/** Reads and writes {@link Shape}. */
export const shapeCodec: Codec<Shape> = /* @__PURE__ */ union(() => [limitCodec, marketCodec], () => ({ wireName: "type", variants: new Map<string, AnyCodec>([["limit", limitCodec], ["market", marketCodec]]) }));

/** Side, of which the description says no more. */
export type Side = "BUY" | "SELL" | "*/ \u2028 `${x}`" | "__proto__" | "" | "1" | (string & {});
/** The values that the description knows; others are kept. */
export const Side = { Buy: "BUY", Sell: "SELL", X: "*/ \u2028 `${x}`", Proto: "__proto__", Empty: "", Value1: "1" } as const;
/** Reads and writes {@link Side}. */
export const sideCodec: Codec<Side> = /* @__PURE__ */ openEnum(text, () => ["BUY", "SELL", "*/ \u2028 `${x}`", "__proto__", "", "1"]);

/** What {@link OrdersApi.getOrder} takes. */
export interface GetOrderArguments {
  readonly symbol: string;
  readonly orderId: bigint;
  /** \@deprecated not really */
  readonly xTrace?: string;
  readonly xRequestId?: string;
  readonly session?: string;
}
/** {@link OrdersApi.getOrder} as data. */
export const getOrderOperation: TypedOperation<GetOrderArguments, Order | Promise_> = {
  id: "getOrder",
  method: ["orders", "getOrder"],
  verb: "GET",
  path: "/orders/{symbol}/{order_id}",
  signed: true,
  placements: [0, 2],
  parameters: [
    { property: "symbol", in: "path", codec: text, required: true },
    { property: "orderId", wireName: "order_id", in: "path", codec: integer, required: true },
    { property: "xTrace", wireName: "x-\u2028trace", in: "query", codec: text },
    { property: "xRequestId", wireName: "X-Request-Id", in: "header", codec: text },
    { property: "session", in: "cookie", codec: text },
  ],
  answers: [{ status: "200", contents: [{ mediaType: "application/json", encoding: "json", codec: orderCodec }] }, { status: "202", contents: [{ mediaType: "application/json", encoding: "json", codec: promiseCodec }] }],
};

/** What {@link OrdersApi.placeProcessExit3} takes. */
export interface PlaceProcessExit3Arguments {
  readonly body: NewOrder;
}
/** {@link OrdersApi.placeProcessExit3} as data. */
export const placeProcessExit3Operation: TypedOperation<PlaceProcessExit3Arguments, Order> = {
  id: "place; process.exit(3)",
  method: ["orders", "placeProcessExit3"],
  verb: "POST",
  path: "/orders",
  signed: true,
  parameters: [],
  body: { mediaType: "application/json", encoding: "json", codec: newOrderCodec, required: true },
  answers: [{ status: "201", contents: [{ mediaType: "application/json", encoding: "json", codec: orderCodec }] }],
};

/** What {@link OrdersApi.cancelAll} takes. */
export type CancelAllArguments = Readonly<Record<string, never>>;
/** {@link OrdersApi.cancelAll} as data. */
export const cancelAllOperation: TypedOperation<CancelAllArguments, JsonValue | undefined> = {
  id: "cancelAll",
  method: ["orders", "cancelAll"],
  verb: "DELETE",
  path: "/orders",
  signed: "optional",
  placements: [0, 2],
  parameters: [],
  answers: [{ status: "204", contents: [] }],
};

/** For the table of all operations. */
export const ordersOperations: readonly Operation[] = [
  getOrderOperation,
  placeProcessExit3Operation,
  cancelAllOperation,
];

/** One area of the API; a client has it as `orders`. */
export class OrdersApi {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /**
   * Reads an order. *\/ process.exit(2) /\* \@ts-nocheck {\@link x} new line
   *
   * GET /orders/{symbol}/{order_id}, signed
   *
   * @deprecated
   */
  getOrder(args: GetOrderArguments, options?: CallOptions): Promise<Order | Promise_> {
    return this.#core.call(getOrderOperation, args, options);
  }

  /** POST /orders, signed */
  placeProcessExit3(args: PlaceProcessExit3Arguments, options?: CallOptions): Promise<Order> {
    return this.#core.call(placeProcessExit3Operation, args, options);
  }

  /** DELETE /orders, signed */
  cancelAll(args: CancelAllArguments = {}, options?: CallOptions): Promise<JsonValue | undefined> {
    return this.#core.call(cancelAllOperation, args, options);
  }
}
