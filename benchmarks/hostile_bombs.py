"""Descriptions that are huge, deep or endless: each is read and generated in a process of its own, whose time and memory are bounded.

``python -m benchmarks.hostile_bombs NAME`` is that process: it says in one line how it ended.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sdkgen.api.load import load
from sdkgen.errors import SdkgenError
from sdkgen.generate import generate
from sdkgen.language import Language
from sdkgen.source import SdkOptions

MEMORY_BYTES = 2 * 1024**3
TIMEOUT_S = 120
_OK = {"200": {"description": "ok"}}
_Json = dict[str, Any]


def _described(schemas: _Json | None = None, paths: _Json | None = None) -> bytes:
    answer = {"200": {"description": "ok", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}}}}
    default = {"/x": {"get": {"operationId": "x", "responses": answer if schemas else _OK}}}
    document = {"openapi": "3.1.0", "info": {"title": "b", "version": "1"}, "paths": paths or default}
    return json.dumps(document | ({"components": {"schemas": schemas}} if schemas else {})).encode()


def _yaml(body: str) -> bytes:
    head = "openapi: 3.1.0\ninfo: {title: b, version: '1'}\npaths: {/x: {get: {responses: {'200': {description: ok}}}}}\n"
    return (head + body).encode()


def _reference(name: str) -> _Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _laughs(merge: bool) -> bytes:
    lines = ["x-a0: &a0 {k: lol}"]
    for level in range(1, 40):
        inner = f"{{<<: [*a{level - 1}, *a{level - 1}], k{level}: *a{level - 1}}}" if merge else f"[{', '.join([f'*a{level - 1}'] * 9)}]"
        lines.append(f"x-a{level}: &a{level} {inner}")
    return _yaml("\n".join(lines))


def _nested(depth: int, opening: str, closing: str) -> bytes:
    return _yaml(f"x-deep: {opening * depth}{closing * depth}\n")


def _chain(length: int, link: Callable[[str], _Json]) -> bytes:
    schemas = {f"S{index}": link(f"S{index + 1}") for index in range(length)}
    return _described(schemas | {f"S{length}": {"type": "object", "properties": {"x": {"type": "string"}}}})


def _doubling(keyword: str) -> Callable[[str], _Json]:
    return lambda inner: {keyword: [_reference(inner), _reference(inner)]}


def _deep_object(depth: int) -> bytes:
    schema: _Json = {"type": "string"}
    for _ in range(depth):
        schema = {"type": "object", "properties": {"a": schema, "b": {"type": "array", "items": {"type": "integer"}}}}
    return _described({"S0": schema})


def _everyone_knows_everyone(count: int) -> bytes:
    names = [f"S{index}" for index in range(count)]
    return _described({name: {"type": "object", "properties": {other.lower(): _reference(other) for other in names}} for name in names})


def _union_of_unions(count: int) -> bytes:
    every = [_reference(f"S{index}") for index in range(count)]
    return _described({f"S{index}": {"anyOf": every} for index in range(count)})


def _fields(count: int) -> _Json:
    return {"S0": {"type": "object", "properties": {f"field {index}": {"type": "number"} for index in range(count)}}}


def _twins(count: int) -> _Json:
    """Names that differ in nothing that an identifier keeps."""
    return {"S0": {"type": "object", "properties": {"-" * index + "a" + "." * (index % 7): {"type": "string"} for index in range(count)}}}


def _operations(count: int) -> _Json:
    return {
        f"/o{index}/{{id}}": {"get": {"operationId": f"op{index}", "tags": [f"t{index % 9}"], "responses": _OK}} for index in range(count)
    }


BOMBS: dict[str, Callable[[], bytes]] = {
    "yaml-aliases": lambda: _laughs(merge=False),
    "yaml-merges": lambda: _laughs(merge=True),
    "yaml-itself": lambda: _yaml("x-a: &a [*a, *a]\nx-b: &b {b: *b}\n"),
    "yaml-deep-lists": lambda: _nested(200_000, "[", "]"),
    "yaml-deep-objects": lambda: _nested(20_000, "{a: ", "}"),
    "yaml-objects-of-python": lambda: _yaml("x-a: !!python/object/apply:os.system ['touch CANARY']\n"),
    "yaml-many-documents": lambda: _yaml("---\na: 1\n" * 20_000),
    "yaml-many-anchors": lambda: _yaml("".join(f"x-{index}: &n{index} {index}\n" for index in range(100_000))),
    "yaml-long-key": lambda: _yaml(f"? {'k' * 200_000}\n: 1\n"),
    "yaml-many-quotes": lambda: _yaml("x-a: '" + "''" * 500_000 + "'\n"),
    "yaml-sexagesimal-and-dates": lambda: _yaml("x-a: [190:20:30, 2001-12-14t21:59:43.10-05:00, 0o777, 0x1F, 1_000, .inf, .nan, ~]\n"),
    "json-deep": lambda: b'{"openapi": "3.1.0", "paths": ' + b"[" * 500_000 + b"]" * 500_000 + b"}",
    "json-cut": lambda: _described(_fields(2000))[:-500],
    "json-long-text": lambda: _described({"S0": {"type": "object", "description": "d " * 3_000_000}}),
    "json-long-number": lambda: _described({"S0": {"type": "number"}}).replace(b'"1"', b'"1", "x-n": ' + b"9" * 200_000),
    "json-huge-exponent": lambda: _described({"S0": {"type": "number"}}).replace(b'"1"', b'"1", "x-n": 1e999999999999999999'),
    "json-exponent-in-limits": lambda: _described({"S0": {"type": "number", "default": 7, "maximum": 7}}).replace(b": 7", b": 1e999999"),
    "json-not-utf-8": lambda: _described() + b"\xff\xfe\x00",
    "utf-16": lambda: _described().decode().encode("utf-16"),
    "empty": lambda: b"",
    "nothing-but-a-number": lambda: b"1e400",
    "long-names": lambda: _described({"S0": {"type": "object", "properties": {"n" * 100_000: {"type": "string"}}}}),
    "names-alike": lambda: _described(_twins(3000)),
    "many-fields": lambda: _described(_fields(20_000)),
    "many-enum-values": lambda: _described({"S0": {"enum": [f"value {index}" for index in range(20_000)]}}),
    "many-types": lambda: _described({f"S{index}": {"type": "object", "properties": {"a": {"type": "string"}}} for index in range(5000)}),
    "many-operations": lambda: _described(paths=_operations(3000)),
    "many-examples": lambda: _described({"S0": {"type": "object", "examples": [{"a": "b" * 100}] * 20_000}}),
    "deep-objects": lambda: _deep_object(45),
    "deeper-objects": lambda: _deep_object(400),
    "all-of-doubling": lambda: _chain(45, _doubling("allOf")),
    "one-of-doubling": lambda: _chain(60, _doubling("oneOf")),
    "any-of-doubling": lambda: _chain(60, _doubling("anyOf")),
    "long-references": lambda: _chain(3000, _reference),
    "long-lists": lambda: _chain(1000, lambda inner: {"type": "array", "items": _reference(inner)}),
    "long-objects": lambda: _chain(2000, lambda inner: {"type": "object", "properties": {"next": _reference(inner)}}),
    "everyone-knows-everyone": lambda: _everyone_knows_everyone(120),
    "union-of-unions": lambda: _union_of_unions(60),
    "itself": lambda: _described(
        {"S0": _reference("S0"), "S1": {"allOf": [_reference("S1")]}, "S2": {"type": "array", "items": _reference("S2")}}
    ),
    "reference-to-everything": lambda: _described({"S0": {"$ref": "#"}, "S1": {"$ref": "#/components"}, "S2": {"$ref": "#/paths"}}),
    "references-elsewhere": lambda: _described(
        {"S0": {"$ref": "file:///etc/passwd"}, "S1": {"$ref": "http://127.0.0.1:1/x.json"}, "S2": {"$ref": "../../../etc/passwd"}}
    ),
    "slow-pattern": lambda: _described({"S0": {"type": "string", "pattern": "^(a+)+$", "example": "a" * 40 + "!"}}),
    "long-pattern": lambda: _described({"S0": {"type": "string", "pattern": "(" * 5000 + "a" + ")" * 5000, "minLength": 10**9}}),
    "impossible-lengths": lambda: _described(
        {"S0": {"type": "array", "minItems": 10**12, "items": {"type": "string", "minLength": 10**12}}}
    ),
}


def explode(name: str) -> str:
    """Read the bomb and generate every language's SDK; how it ended."""
    content = BOMBS[name]()
    try:
        api = load(content, source=name)
    except SdkgenError as error:
        return f"refused: {str(error)[:160]}"
    sizes = []
    for language in Language:
        package = "example.com/bomb-go" if language is Language.GO else "bomb"
        source = generate(api, language, SdkOptions(package=package, version="0.1.0", exchange_id="bomb", exchange_name="Bomb"))
        sizes.append(sum(len(file.content) for file in source.files))
    return f"read: {len(api.operations)} operations, {len(api.types)} types; sources of {max(sizes):,} bytes at most"


def _peak_kib() -> int:
    """The most memory so far. The kernel's usage record counts what this process's parent held when it forked; its status does not."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(next(line for line in status.read_text().splitlines() if line.startswith("VmHWM")).split()[1])


def main() -> int:
    """Under limits of the system's own, so that what grows too large ends at once."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (TIMEOUT_S, TIMEOUT_S))
    for name in sys.argv[1:]:
        began = time.process_time()
        ended = explode(name)
        peak = _peak_kib()
        print(json.dumps({"name": name, "ended": ended, "seconds": time.process_time() - began, "peak_kib": peak}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
