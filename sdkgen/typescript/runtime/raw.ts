/** Requests that no description knows: method, path, query and body as given. */

import type { HeaderPairs } from "./compose.js";
import { ConfigurationError } from "./errors.js";
import type { RawRequest } from "./options.js";
import type { Placement, Recipe } from "./recipe.js";
import { Draft } from "./request.js";
import { after, type Soon } from "./soon.js";
import type { Base } from "./transport.js";
import { percentEncoded } from "./wire.js";

/**
 * Such a request without its signature.
 *
 * @throws ConfigurationError where the path is none.
 */
export function rawDraft(method: string, path: string, request: RawRequest, base: Base, common: HeaderPairs): Soon<Draft> {
  if (!/^[A-Z]{1,20}$/.test(method)) throw new ConfigurationError("a method is upper-case letters");
  if (!/^\/[^?#\s]*$/.test(path)) throw new ConfigurationError("a path begins with / and has neither query nor fragment");
  const draft = new Draft(method, base, path, "json");
  draft.placeHeader("Accept", "*/*");
  for (const [name, value] of common) draft.placeHeader(name, value);
  const query = request.query ?? [];
  const pairs = Symbol.iterator in query ? [...query] : Object.entries(query);
  draft.addQuery(pairs.map(([name, value]) => [percentEncoded(name), percentEncoded(value)]));
  return request.body === undefined ? draft : after(draft.setBody("json", "application/json", request.body), () => draft);
}

/** Which placements such a request gets: of a value that the recipe has for both query and body, the one that fits it. */
export function rawPlacements(recipe: Recipe, hasBody: boolean): readonly number[] {
  const wanted = hasBody ? "body" : "query";
  const carriers = (value: Placement["value"]): readonly string[] => recipe.placements.filter((each) => each.value === value).map((each) => each.carrier);
  return [...recipe.placements.keys()].filter((at) => {
    const { carrier, value } = recipe.placements[at] as Placement;
    return carrier === "header" || carrier === wanted || !carriers(value).includes(wanted);
  });
}
