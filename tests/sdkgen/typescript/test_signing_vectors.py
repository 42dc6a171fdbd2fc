from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pydantic import TypeAdapter

from sdkgen.signing.recipe import Carrier, Recipe
from sdkgen.signing.request import Place
from sdkgen.signing.sign import places_made
from sdkgen.typescript.recipe import recipe_text
from tests.simulators.typescript_sdk import program

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

    from tests.simulators.typescript_sdk import Installed

pytestmark = pytest.mark.toolchain

VECTORS = sorted((Path(__file__).resolve().parents[2] / "vectors" / "signing").glob("*.json"))


def question(path: Path) -> dict[str, Any]:
    vector = json.loads(path.read_text(encoding="utf-8"))
    recipe = TypeAdapter(Recipe).validate_python(vector["recipe"])
    chosen = None
    if vector["declared"] is not None:
        declared = frozenset(Place(Carrier(carrier), name) for carrier, name in vector["declared"])
        made = places_made(recipe, declared)
        chosen = [at for at, placement in enumerate(recipe.placements) if placement in made]
    return {"recipe": json.loads(recipe_text(recipe)), "vector": vector, "chosen": chosen}


NO_NODE = 'Object.defineProperty(globalThis, "navigator", { value: { userAgent: "Mozilla/5.0" } });\n'
"""Makes Node.js look like a browser, so that it signs with WebCrypto."""


@pytest.fixture(scope="module", params=["", NO_NODE], ids=["node", "web"])
def signed(installed: Installed, request: pytest.FixtureRequest) -> dict[str, Any]:
    questions = [question(path) for path in VECTORS]
    text = f"{request.param}{program('signs.mjs')}"
    answers = installed.node(text, "".join(json.dumps(each) + "\n" for each in questions)).strip().split("\n")
    return {path.stem: json.loads(answer) for path, answer in zip(VECTORS, answers, strict=True)}


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_the_signer_agrees_with_the_vectors(path: Path, signed: dict[str, Any]) -> None:
    vector = json.loads(path.read_text(encoding="utf-8"))
    expected = dict(vector["expected"])
    answer = signed[path.stem]
    if expected.pop("varies", False):
        answer = {**answer, "headers": [each for each in answer["headers"] if each[0] != expected["signature_header"].lower()]}
        sent = dict(signed[path.stem]["headers"])[expected["signature_header"].lower()]
        assert holds(expected, sent.removeprefix(expected.get("prefix", "")))
    assert answer == {name: expected[name] for name in ("query", "headers", "body")}


def holds(expected: dict[str, Any], sent: str) -> bool:
    """Verify a signature that differs each time; raises where it does not hold."""
    key = serialization.load_pem_public_key(expected["public_key"].encode())
    message: str = expected["signed"]
    if isinstance(key, ec.EllipticCurvePublicKey):
        signed, _, signature = sent.rpartition(".")
        assert signed == message
        raw = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
        der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        key.verify(der, message.encode(), ec.ECDSA(hashes.SHA256()))
        return len(raw) == 64
    assert isinstance(key, rsa.RSAPublicKey)
    pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
    key.verify(base64.b64decode(sent), message.encode(), pss, hashes.SHA256())
    return True


KEYS = """
import { signer } from "./node_modules/@openxapi/hostile/dist/runtime/keys.js";
const told = {};
for (const [name, secret] of Object.entries(GIVEN)) {
  const fits = [];
  for (const algorithm of ["hmac-sha256", "ed25519", "rsa-pkcs1v15-sha256", "rsa-pss-sha256", "jwt-es256", "jwt-eddsa"]) {
    try {
      const sign = await signer(algorithm, algorithm.startsWith("hmac") ? "text" : "pem", secret);
      if ((await sign(new Uint8Array(3))).length > 0) fits.push(algorithm);
    } catch (error) {
      if (!(error.kind === "configuration" && !error.message.includes(secret || "?"))) fits.push(String(error));
    }
  }
  told[name] = fits;
}
console.log(JSON.stringify(told));
"""


@pytest.mark.parametrize("platform", ["", NO_NODE], ids=["node", "web"])
def test_a_key_of_another_kind_signs_nothing(installed: Installed, platform: str) -> None:
    made: dict[str, PrivateKeyTypes] = {
        "rsa": rsa.generate_private_key(public_exponent=65537, key_size=2048),
        "p256": ec.generate_private_key(ec.SECP256R1()),
        "p384": ec.generate_private_key(ec.SECP384R1()),
        "ed25519": ed25519.Ed25519PrivateKey.generate(),
    }
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    given = {name: key.private_bytes(*form).decode() for name, key in made.items()} | {
        "nothing": "",
        "broken": "-----BEGIN PRIVATE KEY-----",
    }
    told = json.loads(installed.node(platform + KEYS.replace("GIVEN", json.dumps(given))))
    assert told == {
        "rsa": ["hmac-sha256", "rsa-pkcs1v15-sha256", "rsa-pss-sha256"],
        "p256": ["hmac-sha256", "jwt-es256"],
        "p384": ["hmac-sha256"],
        "ed25519": ["hmac-sha256", "ed25519", "jwt-eddsa"],
        "nothing": [],
        "broken": ["hmac-sha256"],
    }
