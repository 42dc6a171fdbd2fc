/** The operations of BodiesApi and the types that only they use. Generated; changes are lost. */

import { filterCodec, type Filter } from "../models.js";
import { binary, boolean, decimal, integer, list, openEnum, text, type Codec } from "../runtime/codecs.js";
import type { Core } from "../runtime/core.js";
import type { Decimal } from "../runtime/decimal.js";
import { object, union, type Extra } from "../runtime/objects.js";
import type { Operation, TypedOperation } from "../runtime/operation.js";
import type { CallOptions } from "../runtime/options.js";

/** Alpha, of which the description says no more. */
export interface Alpha extends Extra {
  readonly kind: AlphaKind;
  readonly one?: bigint;
}
/** Reads and writes {@link Alpha}. */
export const alphaCodec: Codec<Alpha> = /* @__PURE__ */ object(() => [
  ["kind", alphaKindCodec, 1],
  ["one", integer, 0],
]);

/** AlphaKind, of which the description says no more. */
export type AlphaKind = "alpha" | (string & {});
/** The values that the description knows; others are kept. */
export const AlphaKind = { Alpha: "alpha" } as const;
/** Reads and writes {@link AlphaKind}. */
export const alphaKindCodec: Codec<AlphaKind> = /* @__PURE__ */ openEnum(text, () => ["alpha"]);

/** Anything, of which the description says no more. */
export type Anything = Alpha | Beta | readonly bigint[];
/** Reads and writes {@link Anything}. */
export const anythingCodec: Codec<Anything> = /* @__PURE__ */ union(() => [alphaCodec, betaCodec, list(integer)]);

/** Beta, of which the description says no more. */
export interface Beta extends Extra {
  readonly kind: BetaKind;
  readonly two?: bigint;
}
/** Reads and writes {@link Beta}. */
export const betaCodec: Codec<Beta> = /* @__PURE__ */ object(() => [
  ["kind", betaKindCodec, 1],
  ["two", integer, 0],
]);

/** BetaKind, of which the description says no more. */
export type BetaKind = "beta" | (string & {});
/** The values that the description knows; others are kept. */
export const BetaKind = { Beta: "beta" } as const;
/** Reads and writes {@link BetaKind}. */
export const betaKindCodec: Codec<BetaKind> = /* @__PURE__ */ openEnum(text, () => ["beta"]);

/** LineByLineResponse, of which the description says no more. */
export interface LineByLineResponse extends Extra {
  readonly price: Decimal;
}
/** Reads and writes {@link LineByLineResponse}. */
export const lineByLineResponseCodec: Codec<LineByLineResponse> = /* @__PURE__ */ object(() => [
  ["price", decimal, 1],
]);

/** Tree, of which the description says no more. */
export interface Tree extends Extra {
  readonly value: TreeValue;
  readonly children?: readonly Tree[];
}
/** Reads and writes {@link Tree}. */
export const treeCodec: Codec<Tree> = /* @__PURE__ */ object(() => [
  ["value", treeValueCodec, 1],
  ["children", list(treeCodec), 0],
]);

/** TreeValue, of which the description says no more. */
export type TreeValue = bigint | boolean | Tree;
/** Reads and writes {@link TreeValue}. */
export const treeValueCodec: Codec<TreeValue> = /* @__PURE__ */ union(() => [integer, boolean, treeCodec]);

/** UploadRequest, of which the description says no more. */
export interface UploadRequest extends Extra {
  readonly file: Uint8Array;
  readonly note?: string;
  readonly tags?: readonly string[];
  readonly meta?: Filter;
}
/** Reads and writes {@link UploadRequest}. */
export const uploadRequestCodec: Codec<UploadRequest> = /* @__PURE__ */ object(() => [
  ["file", binary, 1],
  ["note", text, 0],
  ["tags", list(text), 0],
  ["meta", filterCodec, 0],
]);

/** What {@link BodiesApi.form} takes. */
export interface FormArguments {
  readonly body?: Filter;
}
/** {@link BodiesApi.form} as data. */
export const formOperation: TypedOperation<FormArguments, string> = {
  id: "form",
  method: ["bodies", "form"],
  verb: "POST",
  path: "/form",
  parameters: [],
  body: { mediaType: "application/x-www-form-urlencoded", encoding: "form", codec: filterCodec },
  answers: [{ status: "200", contents: [{ mediaType: "text/plain", encoding: "text", codec: text }] }],
};

/** What {@link BodiesApi.upload} takes. */
export interface UploadArguments {
  readonly body?: UploadRequest;
}
/** {@link BodiesApi.upload} as data. */
export const uploadOperation: TypedOperation<UploadArguments, Uint8Array> = {
  id: "upload",
  method: ["bodies", "upload"],
  verb: "POST",
  path: "/upload",
  parameters: [],
  body: { mediaType: "multipart/form-data", encoding: "multipart", codec: uploadRequestCodec },
  answers: [{ status: "200", contents: [{ mediaType: "application/octet-stream", encoding: "binary", codec: binary }] }],
};

/** What {@link BodiesApi.text} takes. */
export interface TextArguments {
  readonly body: string;
}
/** {@link BodiesApi.text} as data. */
export const textOperation: TypedOperation<TextArguments, Anything> = {
  id: "text",
  method: ["bodies", "text"],
  verb: "PUT",
  path: "/text",
  parameters: [],
  body: { mediaType: "text/plain", encoding: "text", codec: text, required: true },
  answers: [{ status: "default", contents: [{ mediaType: "application/json", encoding: "json", codec: anythingCodec }] }],
};

/** What {@link BodiesApi.optional} takes. */
export interface OptionalArguments {
  readonly body?: Filter;
}
/** {@link BodiesApi.optional} as data. */
export const optionalOperation: TypedOperation<OptionalArguments, Tree> = {
  id: "optional",
  method: ["bodies", "optional"],
  verb: "POST",
  path: "/optional",
  parameters: [],
  body: { mediaType: "application/json", encoding: "json", codec: filterCodec, required: true },
  answers: [{ status: "200", contents: [{ mediaType: "application/json", encoding: "json", codec: treeCodec }] }],
};

/** What {@link BodiesApi.lineByLine} takes. */
export interface LineByLineArguments {
  readonly body?: readonly string[];
}
/** {@link BodiesApi.lineByLine} as data. */
export const lineByLineOperation: TypedOperation<LineByLineArguments, readonly LineByLineResponse[]> = {
  id: "line by line",
  method: ["bodies", "lineByLine"],
  verb: "POST",
  path: "/lines",
  parameters: [],
  body: { mediaType: "application/json-seq", encoding: "lines", codec: /* @__PURE__ */ list(text) },
  answers: [{ status: "200", contents: [{ mediaType: "application/x-ndjson", encoding: "lines", codec: /* @__PURE__ */ list(lineByLineResponseCodec) }] }],
};

/** For the table of all operations. */
export const bodiesOperations: readonly Operation[] = [
  formOperation,
  uploadOperation,
  textOperation,
  optionalOperation,
  lineByLineOperation,
];

/** One area of the API; a client has it as `bodies`. */
export class BodiesApi {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /** POST /form */
  form(args: FormArguments = {}, options?: CallOptions): Promise<string> {
    return this.#core.call(formOperation, args, options);
  }

  /** POST /upload */
  upload(args: UploadArguments = {}, options?: CallOptions): Promise<Uint8Array> {
    return this.#core.call(uploadOperation, args, options);
  }

  /** PUT /text */
  text(args: TextArguments, options?: CallOptions): Promise<Anything> {
    return this.#core.call(textOperation, args, options);
  }

  /** POST /optional */
  optional(args: OptionalArguments = {}, options?: CallOptions): Promise<Tree> {
    return this.#core.call(optionalOperation, args, options);
  }

  /** POST /lines */
  lineByLine(args: LineByLineArguments = {}, options?: CallOptions): Promise<readonly LineByLineResponse[]> {
    return this.#core.call(lineByLineOperation, args, options);
  }
}
