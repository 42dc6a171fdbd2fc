"""Tests in Go itself: the runtime from inside its package, the shared signing vectors, and the README's programs."""

from __future__ import annotations

import base64
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from pydantic import TypeAdapter

from sdkgen.go.placements import recipe_source
from sdkgen.go.text import quoted
from sdkgen.signing.recipe import Carrier, Recipe
from sdkgen.signing.request import Place
from sdkgen.signing.sign import places_made
from tests.simulators.go_sdk import GoSdk, go

pytestmark = pytest.mark.toolchain

VECTORS = sorted((Path(__file__).resolve().parents[2] / "vectors" / "signing").glob("*.json"))
CHECKSUMS = Path(__file__).resolve().parents[2] / "vectors" / "checksums" / "documented.json"
PROBES = Path(__file__).with_name("probes")
RECIPES: TypeAdapter[Recipe] = TypeAdapter(Recipe)


@pytest.fixture(scope="module")
def probed(built: GoSdk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package with our tests in it, after they passed."""
    folder = tmp_path_factory.mktemp("probed") / "sdk"
    shutil.copytree(built.sdk, folder)
    for probe in PROBES.glob("*.go"):
        shutil.copy(probe, folder / probe.name)
    vectors = {path.stem: json.loads(path.read_text()) for path in VECTORS}
    recipes = {name: RECIPES.validate_json(json.dumps(vector["recipe"])) for name, vector in vectors.items()}
    table = "".join(f"{quoted(name)}: {recipe_source(recipe)},\n" for name, recipe in recipes.items())
    (folder / "recipes_test.go").write_text(f"package hostile\n\nvar vectorRecipes = map[string]*recipe{{\n{table}}}\n")
    cases = [case_of(name, vector, recipes[name]) for name, vector in vectors.items()]
    (folder / "vectors.json").write_text(json.dumps(cases))
    shutil.copy(CHECKSUMS, folder / "checksums.json")
    go("test", "./...", folder=folder)
    return folder


def case_of(name: str, vector: dict[str, Any], recipe: Recipe) -> dict[str, Any]:
    """A vector as the Go test reads it."""
    request, credentials, declared = vector["request"], vector["credentials"], vector["declared"]
    places = None if declared is None else frozenset(Place(Carrier(carrier), place) for carrier, place in declared)
    made = places_made(recipe, places)
    return {
        "Name": name,
        "Method": request["method"],
        "Host": request["host"],
        "Path": request["path"],
        "Query": request["query"],
        "Headers": request["headers"],
        "Body": request["body"],
        "FormBody": request["encoding"] == "form",
        "Key": credentials["key"],
        "Secret": credentials["secret"],
        "Passphrase": credentials["passphrase"] or "",
        "NowMS": vector["now_ms"],
        "Nonce": vector["nonce"],
        "Placed": [index for index, placement in enumerate(recipe.placements) if placement in made],
    }


@pytest.fixture(scope="module")
def signed(probed: Path) -> dict[str, Any]:
    results: dict[str, Any] = json.loads((probed / "signed.json").read_text())
    return results


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_a_request_is_signed_as_the_vector_says(signed: dict[str, Any], path: Path) -> None:
    vector, result = json.loads(path.read_text()), signed[path.stem]
    expected = vector["expected"]
    headers = sorted(tuple(header) for header in result["Headers"] or ())
    if expected.get("varies"):
        signature = next(value for name, value in headers if name == expected["signature_header"].lower())
        headers = [header for header in headers if header[0] != expected["signature_header"].lower()]
        assert holds(expected, signature, vector["recipe"]["algorithm"])
    assert headers == sorted(tuple(header) for header in expected["headers"])
    assert (result["Query"], result["Body"]) == (expected["query"], expected["body"])


def holds(expected: dict[str, Any], text: str, algorithm: str) -> bool:
    """Whether a signature that is another each time is one over what the vector says; raises where it is not."""
    key = load_pem_public_key(expected["public_key"].encode())
    text = text.removeprefix(expected.get("prefix", ""))
    message = expected["signed"].encode()
    if algorithm == "rsa-pss-sha256":
        assert isinstance(key, rsa.RSAPublicKey)
        key.verify(base64.b64decode(text), message, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
        return True
    assert isinstance(key, ec.EllipticCurvePublicKey)
    content, _, last = text.rpartition(".")
    assert content == expected["signed"]
    raw = base64.urlsafe_b64decode(last + "==")
    key.verify(encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:])), message, ec.ECDSA(hashes.SHA256()))
    return len(raw) == 64


def test_the_readmes_programs_are_vetted(built: GoSdk, tmp_path: Path) -> None:
    readme = (built.sdk / "README.md").read_text()
    programs = [block for block in re.findall(r"```go\n(.*?)```", readme, re.DOTALL) if block.startswith("package main")]
    assert len(programs) == 3
    for number, program in enumerate(programs):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "main.go").write_text(program)
        needed = f"require {built.source.package} v0.1.0\n\nreplace {built.source.package} => {built.sdk}\n"
        (folder / "go.mod").write_text(f"module example.com/quick\n\ngo 1.22\n\n{needed}")
        assert go("gofmt", "-l", ".", folder=folder) == ""
        go("vet", ".", folder=folder)


def test_the_readmes_call_of_each_group_is_one(built: GoSdk, tmp_path: Path) -> None:
    block = (built.sdk / "README.md").read_text().partition("One call of each;")[2].partition("```go\n")[2].partition("```")[0]
    calls = block.splitlines()
    assert [call.split(".")[1] for call in calls] == re.findall(r"\| `client\.(\w+)` \|", (built.sdk / "README.md").read_text())
    lines = "".join(f"\t{call}\n" for call in calls)
    body = f"func each(ctx context.Context, client *hostile.Client) {{\n{lines}}}\n"
    head = f'package main\n\nimport (\n\t"context"\n\n\thostile "{built.source.package}"\n)\n\n'
    (tmp_path / "main.go").write_text(f"{head}{body}\nfunc main() {{ each(context.Background(), nil) }}\n")
    needed = f"require {built.source.package} v0.1.0\n\nreplace {built.source.package} => {built.sdk}\n"
    (tmp_path / "go.mod").write_text(f"module example.com/each\n\ngo 1.23\n\n{needed}")
    go("vet", ".", folder=tmp_path)
