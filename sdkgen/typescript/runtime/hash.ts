/** Hashes, by whatever the platform has. */

import type { Bytes } from "./json.js";
import { nodeCrypto } from "./nodekeys.js";
import type { Soon } from "./soon.js";

/** A hash over bytes. */
export type DigestName = "sha256" | "sha512";

/** The hash of some bytes. */
export function hashed(digest: DigestName, bytes: Uint8Array): Soon<Uint8Array> {
  const node = nodeCrypto();
  if (node !== undefined) return node.createHash(digest).update(bytes).digest();
  return crypto.subtle.digest(digest === "sha256" ? "SHA-256" : "SHA-512", bytes as Bytes).then((made) => new Uint8Array(made));
}
