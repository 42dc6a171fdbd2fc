/** Types that several parts of the API use. Generated; changes are lost. */

import { boolean, decimal, list, text, type Codec } from "./runtime/codecs.js";
import type { Decimal } from "./runtime/decimal.js";
import { object, type Extra } from "./runtime/objects.js";

/** Filter, of which the description says no more. */
export interface Filter extends Extra {
  readonly a?: string;
  readonly n?: Decimal;
  readonly list?: readonly string[];
  readonly inner?: FilterInner;
}
/** Reads and writes {@link Filter}. */
export const filterCodec: Codec<Filter> = /* @__PURE__ */ object(() => [
  ["a", text, 0],
  ["n", decimal, 0],
  ["list", list(text), 0],
  ["inner", filterInnerCodec, 0],
]);

/** FilterInner, of which the description says no more. */
export interface FilterInner extends Extra {
  readonly deep?: boolean;
}
/** Reads and writes {@link FilterInner}. */
export const filterInnerCodec: Codec<FilterInner> = /* @__PURE__ */ object(() => [
  ["deep", boolean, 0],
]);
