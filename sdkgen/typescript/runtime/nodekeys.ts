/** Signs and hashes with Node.js's own cryptography: at once, where WebCrypto would go through other threads and back. */

import type { Algorithm } from "./keys.js";
import { builtIn } from "./platform.js";

interface NodeKey {
  readonly asymmetricKeyType?: string;
  readonly asymmetricKeyDetails?: { readonly namedCurve?: string };
}

interface NodeHash {
  update(bytes: Uint8Array): NodeHash;
  digest(): Uint8Array;
}

/** What is needed of `node:crypto`. */
export interface CryptoModule {
  readonly createHash: (hash: string) => NodeHash;
  readonly createHmac: (hash: string, key: NodeKey) => NodeHash;
  readonly createSecretKey: (key: Uint8Array) => NodeKey;
  readonly createPrivateKey: (options: { readonly key: Uint8Array; readonly format: "der"; readonly type: "pkcs8" }) => NodeKey;
  readonly sign: (hash: string | null, bytes: Uint8Array, options: SignOptions) => Uint8Array;
}

interface SignOptions {
  readonly key: NodeKey;
  readonly padding?: number;
  readonly saltLength?: number;
  readonly dsaEncoding?: "ieee-p1363";
}

/** RSASSA-PSS, as `node:crypto` numbers it. */
const PSS_PADDING = 6;

/** The hash of each algorithm with a shared secret. */
const HMACS: Readonly<Partial<Record<Algorithm, string>>> = {
  "hmac-sha256": "sha256",
  "hmac-sha384": "sha384",
  "hmac-sha512": "sha512",
  "jwt-hs256": "sha256",
  "jwt-hs512": "sha512",
};

interface Asymmetric {
  readonly type: string;
  readonly curve?: string;
  readonly hash: string | null;
  readonly options?: Omit<SignOptions, "key">;
}

const ED25519: Asymmetric = { type: "ed25519", hash: null };
const ASYMMETRIC: Readonly<Partial<Record<Algorithm, Asymmetric>>> = {
  ed25519: ED25519,
  "jwt-eddsa": ED25519,
  "rsa-pkcs1v15-sha256": { type: "rsa", hash: "sha256" },
  "rsa-pss-sha256": { type: "rsa", hash: "sha256", options: { padding: PSS_PADDING, saltLength: 32 } },
  "jwt-es256": { type: "ec", curve: "prime256v1", hash: "sha256", options: { dsaEncoding: "ieee-p1363" } },
};

let found: CryptoModule | undefined | null = null;

/** Node.js's cryptography, where this is Node.js. */
export function nodeCrypto(): CryptoModule | undefined {
  if (found === null) found = builtIn<CryptoModule>("node:crypto");
  return found;
}

/**
 * What signs with a key.
 *
 * @param key - The secret's bytes; those of an asymmetric key are PKCS#8.
 * @throws Error where it is no key of that kind.
 */
export function nodeSigner(crypto: CryptoModule, algorithm: Algorithm, key: Uint8Array): (payload: Uint8Array) => Uint8Array {
  const hmac = HMACS[algorithm];
  if (hmac !== undefined) {
    if (key.length === 0) throw new RangeError("no key");
    const made = crypto.createSecretKey(key); // bytes would be made into a key for every request
    return (payload) => crypto.createHmac(hmac, made).update(payload).digest();
  }
  const means = ASYMMETRIC[algorithm];
  const made = crypto.createPrivateKey({ key, format: "der", type: "pkcs8" });
  if (means === undefined || made.asymmetricKeyType !== means.type || made.asymmetricKeyDetails?.namedCurve !== means.curve) throw new RangeError("no key");
  return (payload) => crypto.sign(means.hash, payload, { key: made, ...means.options });
}
