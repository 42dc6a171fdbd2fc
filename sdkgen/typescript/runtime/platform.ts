/** The modules that only Node.js has, where this is Node.js; nothing anywhere else, and no import that a bundler would follow. */

interface Surroundings {
  readonly navigator?: { readonly userAgent?: unknown };
  readonly process?: { readonly getBuiltinModule?: (name: string) => unknown };
}

/**
 * One of the system's own modules, such as `node:http`; undefined where this is not Node.js, or one older than 20.16.
 *
 * Deno, Bun and others have some of them too, made to look alike: what is theirs (`fetch`, WebCrypto) serves better there.
 */
export function builtIn<Module>(name: string): Module | undefined {
  const { navigator, process } = globalThis as Surroundings;
  if (navigator !== undefined && !String(navigator.userAgent).startsWith("Node.js/")) return undefined;
  return process?.getBuiltinModule?.(name) as Module | undefined;
}
