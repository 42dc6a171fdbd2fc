from __future__ import annotations

import ast
import json
import os
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkgen.api.load import load
from sdkgen.api.model import Api, ObjectType
from sdkgen.generate import generate
from sdkgen.language import Language
from sdkgen.python.emit import emit
from sdkgen.python.package import is_asymmetric, licence_text, module_of
from sdkgen.python.text import docstring, literal, markdown, one_line, toml
from sdkgen.signing.recipe import Algorithm, Carrier, Placement, Recipe, Value
from sdkgen.source import SdkOptions, SdkSource

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "python" / "hostile"
OPTIONS = SdkOptions(package="p", version="1.0.0", exchange_id="x", exchange_name="X")


def text_of(source: SdkSource, path: str) -> str:
    return next(file.content for file in source.files if file.path == path).decode()


def test_the_tree_is_the_golden_one(hostile: SdkSource) -> None:
    """Run with CERTIFY_UPDATE_GOLDEN=1 to accept what changed, and read the difference before committing it."""
    made = {
        file.path: file.content for file in (*hostile.files, *hostile.harness) if "/_runtime/" not in file.path and file.path != "LICENSE"
    }
    if os.environ.get("CERTIFY_UPDATE_GOLDEN"):
        for path, content in made.items():
            (GOLDEN / path).parent.mkdir(parents=True, exist_ok=True)
            (GOLDEN / path).write_bytes(content)
    golden = {path.relative_to(GOLDEN).as_posix(): path.read_bytes() for path in GOLDEN.rglob("*") if path.is_file()}
    assert sorted(golden) == sorted(made)
    for path, content in made.items():
        assert content.decode() == golden[path].decode(), path


def test_the_same_input_gives_the_same_bytes(hostile_api: Api) -> None:
    first, second = emit(hostile_api, OPTIONS), emit(hostile_api, OPTIONS)
    assert first.digest() == second.digest()
    assert first == second


def test_everything_in_the_model_is_in_the_source(hostile_api: Api, hostile: SdkSource) -> None:
    assert hostile.operations == len(hostile_api.operations) == hostile_api.declared_operations
    assert hostile.types == len(hostile_api.types)
    assert hostile.fields == sum(len(each.fields) for each in hostile_api.types if isinstance(each, ObjectType))


def test_paths_are_plain(hostile: SdkSource) -> None:
    paths = [file.path for file in hostile.files]
    assert paths == sorted(paths)
    assert all(re.fullmatch(r"[A-Za-z0-9._/-]+", path) and ".." not in path and not path.startswith("/") for path in paths)


def test_no_text_of_the_description_becomes_code(hostile: SdkSource) -> None:
    """Whatever the description says, the only calls and imports in the source are those of the generator."""
    allowed = re.compile(
        r"_runtime|api|typing|collections\.abc|decimal|importlib|ssl|types|_recipe|_behaviour|_package|catalogue|client|__future__|openxapi_hostile|^$"
    )
    for file in hostile.files:
        if not file.path.endswith(".py") or "/_runtime/" in file.path:
            continue
        tree = ast.parse(file.content)
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                assert allowed.search(node.module or ""), (file.path, node.module)
            if isinstance(node, ast.Import):
                assert {each.name for each in node.names} <= {"asyncio", "importlib", "ssl"}, file.path
            if isinstance(node, ast.Call):
                assert getattr(node.func, "id", "") not in {"__import__", "eval", "exec", "open", "compile"}, file.path
        assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", file.content.decode()), file.path


def test_the_project_file_is_toml_and_says_what_the_options_say(hostile: SdkSource) -> None:
    project = tomllib.loads(text_of(hostile, "pyproject.toml"))
    assert project["project"]["name"] == "openxapi-hostile"
    assert project["project"]["version"] == "1.2.3"
    assert project["project"]["dependencies"] == []
    assert project["project"]["license"] == "Apache-2.0"
    assert project["project"]["authors"] == [{"name": 'Jo "the"'}]
    assert "\n" not in project["project"]["description"]


def test_the_readme_names_real_things_and_stays_plain(hostile: SdkSource) -> None:
    readme = text_of(hostile, "README.md")
    assert "# heading" not in [line.strip() for line in readme.splitlines()]
    assert "<script>" not in readme
    assert "API_KEY" in readme
    code = readme.partition("```python\n")[2].partition("```")[0]
    ast.parse(code)


def test_what_the_signer_fills_is_nobody_s_argument(hostile: SdkSource) -> None:
    form = text_of(hostile, "src/openxapi_hostile/api/client.py")
    assert 'timestamp: int | None = field("timestamp", INTEGER, default=None)' in form
    assert "places=(0, 1, 3, 5)," in form


@pytest.mark.parametrize(
    ("algorithm", "asymmetric"), [(Algorithm.HMAC_SHA512, False), (Algorithm.ED25519, True), (Algorithm.JWT_ES256, True)]
)
def test_only_asymmetric_recipes_ask_for_a_dependency(hostile_api: Api, algorithm: Algorithm, asymmetric: bool) -> None:
    recipe = Recipe(algorithm=algorithm, placements=(Placement(carrier=Carrier.HEADER, name="S", value=Value.SIGNATURE),))
    assert is_asymmetric(recipe) is asymmetric
    readme = text_of(emit(hostile_api, replace(OPTIONS, recipe=recipe)), "README.md")
    assert ('pip install "p[asymmetric]"' in readme) is asymmetric


def test_without_a_recipe_the_readme_does_not_promise_signing(hostile_api: Api) -> None:
    source = emit(hostile_api, OPTIONS)
    assert "no signing recipe was given" in text_of(source, "README.md")
    assert not any(file.path.endswith("_recipe.py") for file in source.files)


def test_an_api_without_types_or_servers_is_written_too() -> None:
    api = Api(
        title="",
        version="",
        description="",
        digest="0",
        servers=(),
        security_schemes=(),
        operations=(),
        types=(),
        issues=(),
        declared_operations=0,
        declared_fields=0,
    )
    source = emit(api, OPTIONS)
    assert (source.operations, source.types, source.fields) == (0, 0, 0)
    assert "No operation asks for credentials" in text_of(source, "README.md")


def test_generate_dispatches_by_language(hostile_api: Api) -> None:
    assert generate(hostile_api, Language.PYTHON, OPTIONS) == emit(hostile_api, OPTIONS)


@pytest.mark.parametrize(
    ("package", "module"),
    [("openxapi-binance-spot", "openxapi_binance_spot"), ("a.b", "a_b"), ("1x", "sdk_1x"), ("--x--", "x")],
)
def test_a_package_is_imported_by_a_name(package: str, module: str) -> None:
    assert module_of(package) == module


def test_a_licence_we_do_not_have_is_named_and_not_made_up() -> None:
    assert licence_text(replace(OPTIONS, licence="BSD-3-Clause", authors=("A",))) == (
        "Copyright A\nSPDX-License-Identifier: BSD-3-Clause\n"
    )
    assert "WITHOUT WARRANTY OF ANY KIND" in licence_text(replace(OPTIONS, licence="MIT"))


@given(st.text())
def test_a_literal_is_the_text_and_nothing_else(text: str) -> None:
    written = literal(text)
    assert ast.literal_eval(written) == text
    assert written.isascii()
    assert written.isprintable()


@given(st.text())
def test_a_docstring_is_one_line_and_one_expression(text: str) -> None:
    written = docstring(text)
    if written:
        assert ast.literal_eval(written) == one_line(text)
        assert written.isprintable()
        assert len(ast.parse(written).body) == 1


@given(st.text())
def test_toml_strings_are_strings(text: str) -> None:
    assert tomllib.loads(f"x = {toml(text)}")["x"] == one_line(text)


@given(st.text())
def test_markdown_text_has_no_markup_left(text: str) -> None:
    shown = markdown(text)
    assert "\n" not in shown
    assert not re.search(r"(?<!\\)(?:\\\\)*[<>\[\]`*_|]", shown)


def test_the_harness_program_only_uses_the_public_api(hostile: SdkSource) -> None:
    harness = hostile.harness[0].content.decode()
    assert "_runtime" not in harness
    assert json.dumps("openxapi_hostile")[1:-1] in harness


EASY = """
openapi: 3.1.0
info: {title: T, version: '1'}
security: [{key: []}]
paths:
  /tickers/{symbol}:
    get:
      operationId: ticker
      parameters:
        - {name: symbol, in: path, required: true, schema: {type: string}, example: BTC-USD}
        - {name: side, in: query, required: true, schema: {$ref: '#/components/schemas/Side'}}
        - {name: depth, in: query, required: true, schema: {type: integer}}
        - {name: step, in: query, required: true, schema: {type: number}}
        - {name: all, in: query, required: true, schema: {type: boolean}}
        - {name: ids, in: query, required: true, schema: {type: array, items: {type: string}}}
        - {name: filter, in: query, required: true, style: deepObject, schema: {$ref: '#/components/schemas/Filter'}}
        - {name: any, in: query, required: true, schema: {}}
      responses: {'200': {description: ok}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
  schemas:
    Side: {type: string, enum: [buy, sell]}
    Filter: {type: object, properties: {a: {type: string}}}
"""


def test_a_readme_s_call_has_an_argument_for_all_that_is_required() -> None:
    readme = text_of(emit(load(EASY.encode()), OPTIONS), "README.md")
    code = " ".join(readme.split())
    assert 'ticker( symbol="BTC-USD", side=Side.BUY, depth=1, step=Decimal("1"), all=True, ids=[], filter=..., any=..., )' in code
    assert "from p.models import Side\n" in readme
    ast.parse(readme.partition("```python\n")[2].partition("```")[0])
