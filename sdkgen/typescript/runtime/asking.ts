/** Replies on a stream that say an error in their own words. */

import { Decimal } from "./decimal.js";
import type { JsonValue } from "./json.js";

/** Whether a reply has an `error` of its own, or a status that HTTP would call one. */
export function apiErrorIn(document: JsonValue): boolean {
  if (!(document instanceof Map)) return false;
  const members = document as ReadonlyMap<string, JsonValue>;
  const error = members.get("error");
  if (error !== undefined && error !== null && error !== false && error !== "") return true;
  const status = members.get("status");
  return status instanceof Decimal && /^[45]\d\d$/.test(status.text);
}
