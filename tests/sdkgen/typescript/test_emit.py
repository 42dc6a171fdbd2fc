from __future__ import annotations

import dataclasses
import json
import os
import re
from pathlib import Path

import pytest

from sdkgen import typescript
from sdkgen.api.load import load
from sdkgen.api.model import Api, ObjectType
from sdkgen.signing.recipe import Algorithm, Carrier, Placement, Recipe, Value
from sdkgen.source import SdkOptions, SdkSource
from sdkgen.typescript.emit import emit
from tests.simulators.descriptions import api_of
from tests.simulators.typescript_sdk import compiled

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "typescript" / "hostile"
OPTIONS = SdkOptions(package="plain", version="0.0.1", exchange_id="plain", exchange_name="Plain")


def text_of(source: SdkSource, path: str) -> str:
    return next(file.content for file in source.files if file.path == path).decode()


def described(paths: object, schemas: object = None) -> Api:
    document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths, "components": {"schemas": schemas or {}}}
    return load(json.dumps(document).encode())


def operation(**more: object) -> dict[str, object]:
    return {"operationId": "op", "responses": {"200": {"description": "ok"}}, **more}


def test_the_same_input_gives_the_same_bytes(hostile_api: Api, hostile_source: SdkSource) -> None:
    from tests.sdkgen.typescript.conftest import OPTIONS as HOSTILE  # noqa: PLC0415

    assert emit(hostile_api, HOSTILE) == hostile_source


def test_the_generated_files_are_those_of_the_golden_folder(hostile_source: SdkSource) -> None:
    generated = {file.path: file.content for file in (*hostile_source.files, *hostile_source.harness)}
    wanted = {path: content for path, content in generated.items() if not path.startswith("src/runtime/") and path != "LICENSE"}
    if os.environ.get("CERTIFY_UPDATE_GOLDEN"):
        for path, content in wanted.items():
            (GOLDEN / path).parent.mkdir(parents=True, exist_ok=True)
            (GOLDEN / path).write_bytes(content)
    golden = {path.relative_to(GOLDEN).as_posix(): path.read_bytes() for path in GOLDEN.rglob("*") if path.is_file()}
    assert sorted(golden) == sorted(wanted)
    for path, content in wanted.items():
        assert content.decode() == golden[path].decode(), f"{path} differs; CERTIFY_UPDATE_GOLDEN=1 writes it anew"


def test_what_is_counted_is_what_was_written(hostile_api: Api, hostile_source: SdkSource) -> None:
    modules = [file for file in hostile_source.files if file.path.startswith(("src/groups/", "src/models"))]
    generated = "".join(file.content.decode() for file in modules)
    assert (
        hostile_source.operations
        == len(hostile_api.operations)
        == len(re.findall(r"^    return this\.#core\.call\(", generated, re.MULTILINE))
    )
    assert hostile_source.types == len(hostile_api.types) == len(re.findall(r"^export const \w+Codec: Codec<", generated, re.MULTILINE))
    fields = sum(len(each.fields) for each in hostile_api.types if isinstance(each, ObjectType))
    assert hostile_source.fields == fields == len(re.findall(r'^  \["[^"]+", .+\],$', generated, re.MULTILINE))


def test_generated_code_is_printable_ascii_outside_comments(hostile_source: SdkSource) -> None:
    for file in hostile_source.files:
        if file.path.startswith("src/") and not file.path.startswith("src/runtime/"):
            code = re.sub(r"/\*\*.*?\*/", "", file.content.decode(), flags=re.DOTALL)
            assert re.fullmatch(r"[\n -~]*", code), file.path


def test_no_text_of_the_description_becomes_code(hostile_source: SdkSource) -> None:
    for file in hostile_source.files:
        if file.path.startswith("src/") and not file.path.startswith("src/runtime/"):
            without = re.sub(r'/\*\*.*?\*/|"(?:[^"\\]|\\.)*"', "", file.content.decode(), flags=re.DOTALL)
            assert not re.search(r"\bprocess\b", without)
            assert "pwned" not in without


def test_paths_of_files_are_plain(hostile_source: SdkSource) -> None:
    assert all(re.fullmatch(r"[A-Za-z0-9._/-]+", file.path) for file in hostile_source.files)


def test_the_manifest_says_what_npm_needs(hostile_source: SdkSource) -> None:
    manifest = json.loads(text_of(hostile_source, "package.json"))
    assert manifest["name"] == "@openxapi/hostile"
    assert manifest["version"] == "1.2.3"
    assert manifest["type"] == "module"
    assert manifest["sideEffects"] is False
    assert manifest["license"] == "Apache-2.0"
    assert manifest["exports"]["."] == {"types": "./dist/index.d.ts", "default": "./dist/index.js"}
    assert manifest["files"] == ["dist", "src", "CHANGELOG.md"]
    assert (manifest["author"], manifest["contributors"]) == ("OpenXAPI", ["Second Author"])
    assert "dependencies" not in manifest


def test_a_manifest_without_people_and_home_leaves_them_out() -> None:
    manifest = json.loads(text_of(emit(described({"/a": {"get": operation()}}), OPTIONS), "package.json"))
    assert not {"author", "contributors", "homepage"} & set(manifest)


def test_the_home_page_stands_in_the_manifest() -> None:
    options = dataclasses.replace(OPTIONS, website="https://example.com")
    manifest = json.loads(text_of(emit(described({"/a": {"get": operation()}}), options), "package.json"))
    assert manifest["homepage"] == "https://example.com"


def test_a_licence_that_we_have_is_carried_whole(hostile_source: SdkSource) -> None:
    assert "TERMS AND CONDITIONS FOR USE" in text_of(hostile_source, "LICENSE")


def test_a_licence_that_we_have_not_is_named() -> None:
    source = emit(described({"/a": {"get": operation()}}), dataclasses.replace(OPTIONS, licence="MIT"))
    assert text_of(source, "LICENSE") == "Copyright the authors\nSPDX-License-Identifier: MIT\n"


def test_types_of_one_group_live_with_it_and_shared_ones_among_the_models() -> None:
    def using(name: str, tag: str) -> dict[str, object]:
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
        return {"get": {"operationId": f"get{name}{tag}", "tags": [tag], "responses": {"200": {"description": "", "content": content}}}}

    schemas = {
        "Own": {"type": "object", "properties": {"s": {"$ref": "#/components/schemas/Shared"}}},
        "Other": {"type": "object", "properties": {"s": {"$ref": "#/components/schemas/Shared"}}},
        "Shared": {"type": "object", "properties": {"x": {"type": "string"}}},
        "Unused": {"type": "object", "properties": {"only": {"$ref": "#/components/schemas/Own"}}},
    }
    source = emit(described({"/a": using("Own", "a"), "/b": using("Other", "b")}, schemas), OPTIONS)
    models = text_of(source, "src/models.ts")
    assert "export interface Shared" in models
    assert "export interface Unused" in models
    assert "export interface Own" in models
    assert "export interface Other" not in models
    assert "export interface Other" in text_of(source, "src/groups/b.ts")


def test_a_readme_without_signing_says_so() -> None:
    api = described({"/a": {"get": operation()}})
    assert "The description asks for none." in text_of(emit(api, OPTIONS), "README.md")


def test_a_readme_says_when_signing_is_asked_for_and_not_known() -> None:
    document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/a": {"get": operation(security=[{"k": []}])}}}
    document["components"] = {"securitySchemes": {"k": {"type": "apiKey", "in": "header", "name": "K"}}}
    readme = text_of(emit(load(json.dumps(document).encode()), OPTIONS), "README.md")
    assert "no signing recipe was given" in readme


def test_the_readme_shows_no_text_of_the_description_as_markup(hostile_source: SdkSource) -> None:
    readme = text_of(hostile_source, "README.md")
    assert "<script>" not in readme
    assert "http://evil.example" not in readme
    assert "\u202e" not in readme


@pytest.mark.parametrize(("required", "mark"), [(True, ""), (False, "?")])
def test_a_read_only_field_is_optional_only_where_it_is_sent(*, required: bool, mark: str) -> None:
    schema = {"type": "object", "required": ["id"] if required else [], "properties": {"id": {"type": "string", "readOnly": True}}}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
    received = {"operationId": "op", "responses": {"200": {"description": "", "content": content}}}
    sent = {"operationId": "op", "requestBody": {"required": True, "content": content}, "responses": {"200": {"description": ""}}}
    assert f"readonly id{mark}: string" in text_of(
        emit(described({"/a": {"get": received}}, {"Thing": schema}), OPTIONS), "src/groups/a.ts"
    )
    assert "readonly id?: string" in text_of(emit(described({"/a": {"post": sent}}, {"Thing": schema}), OPTIONS), "src/groups/a.ts")


def test_a_server_of_an_operation_is_kept() -> None:
    api = described({"/a": {"get": operation(servers=[{"url": "https://other.example.com"}])}})
    assert 'server: "https://other.example.com"' in text_of(emit(api, OPTIONS), "src/groups/a.ts")


def test_a_head_request_has_no_answer_to_decode() -> None:
    content = {"application/json": {"schema": {"type": "string"}}}
    api = described({"/a": {"head": operation(responses={"200": {"description": "ok", "content": content}})}})
    assert "Promise<JsonValue | undefined>" in text_of(emit(api, OPTIONS), "src/groups/a.ts")


def test_values_of_mixed_enums_stay_what_they_are() -> None:
    schema = {"enum": ["a", 1, 2.5, True]}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Mixed"}}}
    api = described({"/a": {"get": operation(responses={"200": {"description": "ok", "content": content}})}}, {"Mixed": schema})
    text = text_of(emit(api, OPTIONS), "src/groups/a.ts")
    assert "export type Mixed = JsonValue;" in text
    assert '["a", /* @__PURE__ */ new Decimal("1"), /* @__PURE__ */ new Decimal("2.5"), true]' in text


def test_the_readme_shows_how_to_place_and_cancel_an_order() -> None:
    fields = {
        "symbol": {"type": "string"},
        "id": {"type": "integer"},
        "price": {"type": "number"},
        "side": {"enum": ["buy", "sell"]},
        "tags": {"type": "array", "items": {"type": "string"}},
        "leg": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "boolean"}]},
        "by": {"type": "object", "additionalProperties": {"type": "integer"}},
        "fee": {"oneOf": [{"type": "number"}, {"type": "string"}]},
        "nothing": {"type": ["string", "null"]},
        "free": {},
        "note": {"type": "string"},
    }
    order = {"type": "object", "required": [name for name in fields if name != "note"], "properties": fields}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}
    done = {"200": {"description": "", "content": content}}
    key: list[dict[str, list[str]]] = [{"k": []}]
    place = {"operationId": "placeOrder", "security": key, "responses": done, "requestBody": {"required": True, "content": content}}
    cancel = {
        "operationId": "cancelOrder",
        "security": key,
        "responses": done,
        "parameters": [{"name": "order_id", "in": "query", "required": True, "schema": {"type": "integer"}}],
    }
    paths = {"/orders": {"post": place, "delete": cancel, "get": operation(operationId="listOrders", security=key)}}
    document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths}
    document["components"] = {
        "schemas": {"Order": order},
        "securitySchemes": {"k": {"type": "apiKey", "in": "header", "name": "K"}},
    }
    recipe = Recipe(algorithm=Algorithm.NONE, placements=(Placement(carrier=Carrier.HEADER, name="K", value=Value.KEY),))
    readme = text_of(emit(load(json.dumps(document).encode()), dataclasses.replace(OPTIONS, recipe=recipe)), "README.md")
    assert (
        """const placed = await client.orders.placeOrder({
  body: {
    symbol: "symbol",
    id: 1n,
    price: new Decimal("1"),
    side: "buy",
    tags: [],
    leg: ["leg", true],
    by: new Map([]),
    fee: new Decimal("1"),
    nothing: "nothing",
    free: "free",
  },
});
console.log(placed);
console.log(await client.orders.cancelOrder({ orderId: placed.id }));
"""
        in readme
    )
    assert 'import { Client, Decimal } from "plain";' in readme
    assert "process.env" in readme
    assert "secret:" not in readme


@pytest.mark.parametrize(
    "description",
    [
        pytest.param({"openapi": "3.1.0", "paths": {"/time": {"get": {}}}}, id="calls"),
        pytest.param({"asyncapi": "3.0.0", "channels": {"ticks": {"address": "ticks", "messages": {"tick": {}}}}}, id="streams"),
    ],
)
def test_every_module_that_another_takes_from_is_in_the_package(description: dict[str, object]) -> None:
    api = load(json.dumps({**description, "info": {"title": "Shop", "version": "1"}}).encode())
    made = emit(api, SdkOptions(package="p", version="1.0.0", exchange_id="p", exchange_name="P"))
    modules = {file.path: file.content.decode() for file in made.files if file.path.endswith(".ts")}
    taken = {
        os.path.normpath(Path(path).parent / name).replace(os.sep, "/").removesuffix(".js") + ".ts"
        for path, content in modules.items()
        for name in re.findall(r"""from ["'](\.[^"']+)["']""", content)
    }
    assert "src/runtime/core.ts" in taken
    assert taken - modules.keys() == set()


def test_no_type_is_called_like_what_the_package_offers_besides() -> None:
    runtime = Path(typescript.__file__).with_name("runtime")
    declared = re.compile(r"^export (?:abstract )?(?:class|interface|type|const|function|enum) ([A-Z]\w*)", re.MULTILINE)
    offered = {name for path in runtime.rglob("*.ts") for name in declared.findall(path.read_text(encoding="utf-8"))}
    schemas = {name: {"type": "object", "properties": {"id": {"type": "string"}}} for name in sorted(offered)}
    ticker = {"operations": {"tick": {"action": "receive", "channel": {"$ref": "#/channels/ticks"}}}}
    streams = {
        "asyncapi": "3.0.0",
        "info": {"title": "Shop", "version": "1"},
        "channels": {"ticks": {"address": "ticks", "messages": {"tick": {"payload": {"$ref": "#/components/schemas/BookLevel"}}}}},
        "components": {"schemas": schemas},
    }
    made = emit(load(json.dumps(streams | ticker).encode()), SdkOptions(package="p", version="1.0.0", exchange_id="p", exchange_name="P"))
    exported = re.findall(r"^(?:export )?(?:type )?\{? ?(?:type )?([A-Z]\w*)", _listed(text_of(made, "src/index.ts")), re.MULTILINE)
    assert len(offered) > 50
    assert sorted(exported) == sorted(set(exported))
    assert "BookLevel_" in exported


def _listed(index: str) -> str:
    """Every name that a module exports, on a line of its own."""
    return "\n".join(name.strip() for inside in re.findall(r"\{([^}]*)\}", index) for name in inside.split(","))


@pytest.mark.toolchain
def test_more_types_than_a_union_can_hold_compile(tmp_path: Path) -> None:
    count = 1_400
    schemas: dict[str, object] = {
        f"Thing{number}": {
            "type": "object",
            "required": [f"field{number}"],
            "properties": {f"field{number}": {"type": "string"}, "next": {"$ref": f"#/components/schemas/Thing{(number + 1) % count}"}},
        }
        for number in range(count)
    }
    first = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing0"}}}}
    paths = {"/thing": {"get": {"operationId": "thing", "responses": {"200": {"description": "one", **first}}}}}
    compiled(emit(api_of(paths=paths, schemas=schemas), OPTIONS), tmp_path / "many")
