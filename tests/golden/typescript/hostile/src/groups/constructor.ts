/** The operations of ConstructorApi and the types that only they use. Generated; changes are lost. */

import { filterCodec, type Filter } from "../models.js";
import { any, boolean, decimal, integer, list, text } from "../runtime/codecs.js";
import type { Core } from "../runtime/core.js";
import type { Decimal } from "../runtime/decimal.js";
import type { JsonValue } from "../runtime/json.js";
import type { Operation, TypedOperation } from "../runtime/operation.js";
import type { CallOptions } from "../runtime/options.js";

/** What {@link ConstructorApi.search} takes. */
export interface SearchArguments {
  readonly plain?: string;
  readonly limit?: bigint;
  readonly price?: Decimal;
  readonly flag?: boolean;
  readonly many?: readonly string[];
  readonly comma?: readonly string[];
  readonly pipes?: readonly string[];
  readonly spaces?: readonly bigint[];
  readonly deep?: Filter;
  readonly spread?: Filter;
  readonly asJson?: Filter;
  readonly kept?: string;
  readonly keptList?: readonly string[];
  readonly xList?: readonly string[];
  readonly dark?: boolean;
  readonly constructor_?: string;
}
/** {@link ConstructorApi.search} as data. */
export const searchOperation: TypedOperation<SearchArguments, JsonValue> = {
  id: "search",
  method: ["constructor_", "search"],
  verb: "GET",
  path: "/search",
  parameters: [
    { property: "plain", in: "query", codec: text },
    { property: "limit", in: "query", codec: integer },
    { property: "price", in: "query", codec: decimal },
    { property: "flag", in: "query", codec: boolean },
    { property: "many", in: "query", codec: /* @__PURE__ */ list(text) },
    { property: "comma", in: "query", codec: /* @__PURE__ */ list(text), explode: false },
    { property: "pipes", in: "query", codec: /* @__PURE__ */ list(text), style: "pipeDelimited" },
    { property: "spaces", in: "query", codec: /* @__PURE__ */ list(integer), style: "spaceDelimited" },
    { property: "deep", in: "query", codec: filterCodec, style: "deepObject", explode: true },
    { property: "spread", in: "query", codec: filterCodec },
    { property: "asJson", wireName: "as_json", in: "query", codec: filterCodec, json: true },
    { property: "kept", in: "query", codec: text, reserved: true },
    { property: "keptList", wireName: "kept_list", in: "query", codec: /* @__PURE__ */ list(text), explode: false, reserved: true },
    { property: "xList", wireName: "X-List", in: "header", codec: /* @__PURE__ */ list(text) },
    { property: "dark", in: "cookie", codec: boolean },
    { property: "constructor_", wireName: "constructor", in: "query", codec: text },
  ],
  answers: [{ status: "200", contents: [{ mediaType: "application/json", encoding: "json", codec: any }] }],
};

/** What {@link ConstructorApi.styles} takes. */
export interface StylesArguments {
  readonly simple: readonly string[];
  readonly label: readonly string[];
  readonly matrix: Filter;
}
/** {@link ConstructorApi.styles} as data. */
export const stylesOperation: TypedOperation<StylesArguments, JsonValue | undefined> = {
  id: "styles",
  method: ["constructor_", "styles"],
  verb: "GET",
  path: "/styles/{simple}/{label}/{matrix}",
  parameters: [
    { property: "simple", in: "path", codec: /* @__PURE__ */ list(text), required: true },
    { property: "label", in: "path", codec: /* @__PURE__ */ list(text), required: true, style: "label", explode: true },
    { property: "matrix", in: "path", codec: filterCodec, required: true, style: "matrix" },
  ],
  answers: [{ status: "200", contents: [] }],
};

/** For the table of all operations. */
export const constructorOperations: readonly Operation[] = [
  searchOperation,
  stylesOperation,
];

/** One area of the API; a client has it as `constructor_`. */
export class ConstructorApi {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /** GET /search */
  search(args: SearchArguments = {}, options?: CallOptions): Promise<JsonValue> {
    return this.#core.call(searchOperation, args, options);
  }

  /** GET /styles/{simple}/{label}/{matrix} */
  styles(args: StylesArguments, options?: CallOptions): Promise<JsonValue | undefined> {
    return this.#core.call(stylesOperation, args, options);
  }
}
