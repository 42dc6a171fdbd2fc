/** Every operation and every type as data, for tools that work on any exchange. Generated; changes are lost. */

import type { AnyCodec } from "./runtime/codecs.js";
import type { Operation } from "./runtime/operation.js";
import { alphaCodec, alphaKindCodec, anythingCodec, betaCodec, betaKindCodec, lineByLineResponseCodec, treeCodec, treeValueCodec, uploadRequestCodec } from "./groups/bodies.js";
import { balancesCodec, candleCodec, feeCodec, levelCodec, limitCodec, marketCodec, newOrderCodec, orderCodec, promiseCodec, shapeCodec, sideCodec } from "./groups/orders.js";
import { filterCodec, filterInnerCodec } from "./models.js";
import { bodiesOperations } from "./groups/bodies.js";
import { constructorOperations } from "./groups/constructor.js";
import { ordersOperations } from "./groups/orders.js";

export type { AnyCodec, Codec } from "./runtime/codecs.js";
export { contentOf, type AnswerRow, type BodyRow, type ContentRow, type Operation, type ParameterRow } from "./runtime/operation.js";

/** What this package is called. */
export const packageName = "@openxapi/hostile";

/** This package's version. */
export const packageVersion = "1.2.3";

/** All operations by the description's own names, in its order within each group. */
export const operations: ReadonlyMap<string, Operation> = /* @__PURE__ */ new Map(
  [
    ...bodiesOperations,
    ...constructorOperations,
    ...ordersOperations,
  ].map((operation) => [operation.id, operation] as const),
);

/** The codecs of all named types. */
export const types: ReadonlyMap<string, AnyCodec> = /* @__PURE__ */ new Map<string, AnyCodec>(
  /* @__PURE__ */ Object.entries<AnyCodec>({
    "Alpha": alphaCodec,
    "AlphaKind": alphaKindCodec,
    "Anything": anythingCodec,
    "Balances": balancesCodec,
    "Beta": betaCodec,
    "BetaKind": betaKindCodec,
    "Candle": candleCodec,
    "Fee": feeCodec,
    "Filter": filterCodec,
    "FilterInner": filterInnerCodec,
    "Level": levelCodec,
    "Limit": limitCodec,
    "LineByLineResponse": lineByLineResponseCodec,
    "Market": marketCodec,
    "NewOrder": newOrderCodec,
    "Order": orderCodec,
    "Promise": promiseCodec,
    "Shape": shapeCodec,
    "Side": sideCodec,
    "Tree": treeCodec,
    "TreeValue": treeValueCodec,
    "UploadRequest": uploadRequestCodec,
  }),
);
