"""Counts what OpenAPI Generator's output holds, as a program sees it: a field that another one overwrites is not there."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from itertools import groupby

from sdkgen.language import Language

_TS_OPERATION = re.compile(rb"^    async (\w+)Raw\(", re.MULTILINE)
_TS_TYPE = re.compile(rb"^export (?:interface|type|const enum|enum) (\w+)\b", re.MULTILINE)
_TS_INTERFACE = re.compile(rb"^export interface \w+[^{]*\{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_TS_FIELD = re.compile(rb"^    (?:readonly )?('[^']*'|[\w$]+)\??:", re.MULTILINE)
_GO_OPERATION = re.compile(rb"^func \(a \*\w+Service\) (\w+)Execute\(", re.MULTILINE)
_GO_TYPE = re.compile(rb"^type ([A-Z]\w*) (?:struct|string|int32|int64|float32|float64|bool)\b", re.MULTILINE)
_GO_STRUCT = re.compile(rb"^type [A-Z]\w* struct \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_GO_FIELD = re.compile(rb"^\t(\w+) [^\n`]*`json:\"[^\"]", re.MULTILINE)

_FORM_FIELDS = {
    Language.PYTHON: re.compile(rb"_form_params\.append\(\('([^']+)'"),
    Language.TYPESCRIPT: re.compile(rb"formParams\.append\('([^']+)'"),
    Language.GO: re.compile(rb"localVarFormParams, \"([^\"]+)\""),
}
"""Fields of form bodies, which the generator makes parameters of their operation; a list's field is written several times in a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How much of an API a source tree holds."""

    operations: int
    types: int
    fields: int


def count(language: Language, files: dict[str, bytes]) -> Counted:
    """Count operations, types and fields."""
    in_forms = sum(len([name for name, _ in groupby(_FORM_FIELDS[language].findall(content))]) for content in files.values())
    counted = _count(language, files)
    return Counted(operations=counted.operations, types=counted.types, fields=counted.fields + in_forms)


def _count(language: Language, files: dict[str, bytes]) -> Counted:
    match language:
        case Language.PYTHON:
            return _python(files)
        case Language.TYPESCRIPT:
            models = [content for path, content in files.items() if path.startswith("src/models/")]
            apis = [content for path, content in files.items() if path.startswith("src/apis/")]
            return Counted(
                operations=sum(len(_TS_OPERATION.findall(content)) for content in apis),
                types=sum(len(set(_TS_TYPE.findall(content))) for content in models),
                fields=sum(len(set(_TS_FIELD.findall(body))) for content in models for body in _TS_INTERFACE.findall(content)),
            )
        case Language.GO:
            models = [content for path, content in files.items() if path.startswith("model_")]
            apis = [content for path, content in files.items() if path.startswith("api_")]
            return Counted(
                operations=sum(len(_GO_OPERATION.findall(content)) for content in apis),
                types=sum(len(set(_GO_TYPE.findall(content))) for content in models),
                fields=sum(len(set(_GO_FIELD.findall(body))) for content in models for body in _GO_STRUCT.findall(content)),
            )


def _python(files: dict[str, bytes]) -> Counted:
    operations = types = fields = 0
    for path, content in files.items():
        folder = path.split("/")[-2:-1]
        if folder not in (["api"], ["models"]) or not path.endswith(".py"):
            continue
        for declared in _classes(content):
            if folder == ["api"]:
                operations += sum(1 for name in _methods(declared) if name.endswith("_with_http_info"))
            else:
                types += 1
                fields += len(_attributes(declared))
    return Counted(operations=operations, types=types, fields=fields)


def _classes(content: bytes) -> list[ast.ClassDef]:
    try:
        return [node for node in ast.parse(content).body if isinstance(node, ast.ClassDef)]
    except (SyntaxError, ValueError):
        return []  # what can't be parsed can't be used either


def _methods(declared: ast.ClassDef) -> list[str]:
    return [node.name for node in declared.body if isinstance(node, ast.FunctionDef)]


def _attributes(declared: ast.ClassDef) -> set[str]:
    annotated = (node for node in declared.body if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name))
    return {node.target.id for node in annotated if isinstance(node.target, ast.Name) and "ClassVar" not in ast.dump(node.annotation)}
