/** Secrets as keys that sign, whatever form an exchange hands them out in. */

import { ConfigurationError } from "./errors.js";
import { type Bytes, fromBase64 } from "./json.js";
import { nodeCrypto, nodeSigner } from "./nodekeys.js";
import type { Soon } from "./soon.js";
import { concatenated } from "./wire.js";

/** How a payload becomes a signature. */
export type Algorithm =
  | "none"
  | "hmac-sha256"
  | "hmac-sha384"
  | "hmac-sha512"
  | "ed25519"
  | "rsa-pkcs1v15-sha256"
  | "rsa-pss-sha256"
  | "jwt-es256"
  | "jwt-eddsa"
  | "jwt-hs256"
  | "jwt-hs512";

/** How the secret's text becomes key bytes. */
export type SecretEncoding = "text" | "base64" | "hex" | "pem";

interface Means {
  readonly imported: AlgorithmIdentifier | HmacImportParams | RsaHashedImportParams | EcKeyImportParams;
  readonly signed: AlgorithmIdentifier | RsaPssParams | EcdsaParams;
  /** The key's family where the key is asymmetric. */
  readonly family?: "ed25519" | "rsa" | "p256";
}

const MEANS: Readonly<Record<Exclude<Algorithm, "none">, Means>> = {
  "hmac-sha256": { imported: { name: "HMAC", hash: "SHA-256" }, signed: "HMAC" },
  "hmac-sha384": { imported: { name: "HMAC", hash: "SHA-384" }, signed: "HMAC" },
  "hmac-sha512": { imported: { name: "HMAC", hash: "SHA-512" }, signed: "HMAC" },
  "jwt-hs256": { imported: { name: "HMAC", hash: "SHA-256" }, signed: "HMAC" },
  "jwt-hs512": { imported: { name: "HMAC", hash: "SHA-512" }, signed: "HMAC" },
  ed25519: { imported: "Ed25519", signed: "Ed25519", family: "ed25519" },
  "jwt-eddsa": { imported: "Ed25519", signed: "Ed25519", family: "ed25519" },
  "rsa-pkcs1v15-sha256": { imported: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, signed: "RSASSA-PKCS1-v1_5", family: "rsa" },
  "rsa-pss-sha256": { imported: { name: "RSA-PSS", hash: "SHA-256" }, signed: { name: "RSA-PSS", saltLength: 32 } as RsaPssParams, family: "rsa" },
  "jwt-es256": {
    imported: { name: "ECDSA", namedCurve: "P-256" },
    signed: { name: "ECDSA", hash: "SHA-256" },
    family: "p256",
  },
};

/** Something that signs bytes with one secret. */
export type Sign = (payload: Uint8Array) => Soon<Uint8Array>;

/**
 * A signer for a secret.
 *
 * @throws ConfigurationError where the secret is no key of that kind. No part of it is in the message.
 */
export function signer(algorithm: Exclude<Algorithm, "none">, encoding: SecretEncoding, secret: string): Soon<Sign> {
  const { family } = MEANS[algorithm];
  const wrong = (): ConfigurationError => new ConfigurationError(`the secret is no ${algorithm} key in ${encoding}`);
  try {
    const bytes = family === undefined ? secretBytes(encoding, secret) : pkcs8(family, encoding, secret);
    const node = nodeCrypto();
    if (node !== undefined) return nodeSigner(node, algorithm, bytes);
    return webSigner(MEANS[algorithm], bytes).catch(() => Promise.reject(wrong()));
  } catch {
    throw wrong();
  }
}

async function webSigner({ family, imported, signed }: Means, bytes: Bytes): Promise<Sign> {
  const key = await crypto.subtle.importKey(family === undefined ? "raw" : "pkcs8", bytes, imported, false, ["sign"]);
  return async (payload) => new Uint8Array(await crypto.subtle.sign(signed, key, payload as Bytes));
}

function secretBytes(encoding: SecretEncoding, secret: string): Bytes {
  switch (encoding) {
    case "text":
      return new TextEncoder().encode(secret);
    case "base64":
      return fromBase64(secret);
    case "hex":
      if (!/^(?:[0-9a-fA-F]{2})+$/.test(secret.trim())) throw new RangeError("no hexadecimal");
      return Uint8Array.from(secret.trim().match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    case "pem":
      throw new RangeError("no shared secret");
  }
}

const RSA = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
const P256 = [0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const ED25519 = [0x06, 0x03, 0x2b, 0x65, 0x70];

/** The secret as PKCS#8 (RFC 5208): PKCS#1 and SEC1 keys are wrapped, and so is the seed of an Ed25519 key. */
function pkcs8(family: "ed25519" | "rsa" | "p256", encoding: SecretEncoding, secret: string): Bytes {
  if (encoding !== "pem") {
    const seed = secretBytes(encoding, secret);
    if (family !== "ed25519" || (seed.length !== 32 && seed.length !== 64)) throw new RangeError("no key");
    return wrapped(ED25519, der(0x04, seed.subarray(0, 32)));
  }
  const text = secret.replaceAll("\\n", "\n");
  const block = /-----BEGIN (EC |RSA |)PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END \1PRIVATE KEY-----/.exec(text);
  if (block === null) throw new RangeError("no PEM");
  const content = fromBase64(block[2] ?? "");
  if (block[1] === "RSA ") return wrapped(RSA, content);
  return block[1] === "EC " ? wrapped(P256, content) : content;
}

function wrapped(identifier: readonly number[], key: Uint8Array): Bytes {
  return der(0x30, der(0x02, Uint8Array.of(0)), der(0x30, Uint8Array.from(identifier)), der(0x04, key));
}

/** One element of DER (X.690): tag, length, contents. */
function der(tag: number, ...contents: readonly Uint8Array[]): Bytes {
  const content = concatenated(contents);
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return concatenated([Uint8Array.from([tag, ...length]), content]);
}
