/** Everything that the package offers. Generated; changes are lost. */

export { Client } from "./client.js";
export { connect } from "./product.js";
export type { Refusal } from "./runtime/behaviour.js";
export type { Codec } from "./runtime/codecs.js";
export type { Core } from "./runtime/core.js";
export { Decimal } from "./runtime/decimal.js";
export {
  ApiError,
  type ApiErrorDetails,
  AuthenticationError,
  BadRequestError,
  ConfigurationError,
  ConflictError,
  DecodeError,
  type ErrorKind,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  SdkError,
  ServerError,
  ThrottledError,
  TimeoutError,
  TransportError,
  UnprocessableError,
} from "./runtime/errors.js";
export { JsonSyntaxError, type JsonValue, parseJson, writeJson } from "./runtime/json.js";
export type { Extra } from "./runtime/objects.js";
export type { AnswerInfo, AttemptInfo, CallOptions, ClientOptions, RawAnswer, RawRequest } from "./runtime/options.js";
export {
  type Filter,
  type FilterInner,
  filterCodec,
  filterInnerCodec,
} from "./models.js";
export {
  type Alpha,
  type Anything,
  type Beta,
  type LineByLineResponse,
  type Tree,
  type TreeValue,
  type UploadRequest,
  type FormArguments,
  type UploadArguments,
  type TextArguments,
  type OptionalArguments,
  type LineByLineArguments,
  alphaCodec,
  AlphaKind,
  alphaKindCodec,
  anythingCodec,
  betaCodec,
  BetaKind,
  betaKindCodec,
  lineByLineResponseCodec,
  treeCodec,
  treeValueCodec,
  uploadRequestCodec,
  BodiesApi,
} from "./groups/bodies.js";
export {
  type SearchArguments,
  type StylesArguments,
  ConstructorApi,
} from "./groups/constructor.js";
export {
  type Balances,
  type Candle,
  type Fee,
  type Limit,
  type Market,
  type NewOrder,
  type Order,
  type Promise_,
  type Shape,
  type GetOrderArguments,
  type PlaceProcessExit3Arguments,
  type CancelAllArguments,
  balancesCodec,
  candleCodec,
  feeCodec,
  Level,
  levelCodec,
  limitCodec,
  marketCodec,
  newOrderCodec,
  orderCodec,
  promiseCodec,
  shapeCodec,
  Side,
  sideCodec,
  OrdersApi,
} from "./groups/orders.js";
