"""Looks for a stranger's text that left its place in a generated source tree: as code, as a directive, as a setting or as a path."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
import tomllib
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import sdkgen
from benchmarks.hostile_payloads import WORD
from certification.errors import BuildError
from certification.sdks.tree import checked
from sdkgen.source import SdkSource, SourceFile

_TEXT_OF_GO = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<literal>"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*')""",
    re.DOTALL,
)
_TEXT_OF_TYPESCRIPT = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<literal>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)""",
    re.DOTALL,
)
_DIRECTIVE = re.compile(r"//(?:go:|line |export |#|/\s*<)|// ?\+build|/\*line |@ts-|#\s*cgo")
_PROJECT_KEYS = {
    "project": {
        *("name", "version", "description", "readme", "requires-python", "license", "license-files", "authors", "classifiers"),
        *("dependencies", "optional-dependencies", "urls", "keywords"),
    },
    "build-system": {"requires", "build-backend"},
}
_SCRIPTS = frozenset(("build", "test"))
"""Scripts of a package that npm runs when it is told to, never by itself."""
_SEEN_CONTROLS = "\n\t"


def leaks(source: SdkSource) -> Iterator[str]:
    """What is wrong with the tree, a sentence each; nothing where every text is where it belongs."""
    for file in (*source.files, *source.harness):
        yield from (f"{file.path[:80]!r}: {sentence}" for sentence in _leaks(file))


def _leaks(file: SourceFile) -> Iterator[str]:
    try:
        checked(file.path)
    except BuildError:
        yield "the path leads elsewhere, or holds what a path should not"
    if file.content in _own():
        return
    try:
        text = file.content.decode()
    except UnicodeDecodeError:
        yield "is no UTF-8"
        return
    if unseen := sorted({f"U+{ord(each):04X}" for each in set(text) if _is_unseen(each)}):
        yield f"holds characters that nobody sees: {', '.join(unseen)}"
    reader = _READERS.get(file.path.rpartition(".")[2])
    if reader is not None:
        yield from reader(text)


@cache
def _own() -> frozenset[bytes]:
    """The runtimes' files, which hold no text of a description."""
    root = Path(sdkgen.__file__).parent
    return frozenset(path.read_bytes() for path in root.glob("*/runtime/*") if path.is_file())


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} and character not in _SEEN_CONTROLS


def _python(text: str) -> Iterator[str]:
    try:
        ast.parse(text)
        tokens = tuple(tokenize.generate_tokens(io.StringIO(text).readline))
    except (SyntaxError, ValueError) as error:
        yield f"does not parse: {error}"
        return
    for token in tokens:
        if token.type == tokenize.NAME and WORD in token.string:
            yield f"line {token.start[0]} has the text as code"
        if token.type == tokenize.COMMENT and "type:" in token.string and WORD in token.string:
            yield f"line {token.start[0]} has the text as a directive"


def _go(text: str) -> Iterator[str]:
    return _lexical(text, _TEXT_OF_GO)


def _typescript(text: str) -> Iterator[str]:
    return _lexical(text, _TEXT_OF_TYPESCRIPT)


def _lexical(text: str, texts: re.Pattern[str]) -> Iterator[str]:
    for found in texts.finditer(text):
        comment = found["comment"]
        if comment is not None and WORD in comment and _DIRECTIVE.match(comment):
            yield f"has the text as a directive: {comment[:60]!r}"
    code = texts.sub(" ", text)
    if WORD in code:
        yield "has the text as code"
    if stray := set(code) & set("\"'`"):
        yield f"has a literal without an end: {''.join(sorted(stray))}"


def _toml(text: str) -> Iterator[str]:
    try:
        settings = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        yield f"does not parse: {error}"
        return
    for section, keys in _PROJECT_KEYS.items():
        if further := set(settings.get(section, ())) - keys:
            yield f"has settings that we do not write: {', '.join(sorted(further))}"
    if set(settings.get("tool", ())) - {"hatch"} or "hooks" in str(settings.get("tool", {}).keys()):
        yield "has a tool's settings that we do not write"
    hatch = settings.get("tool", {}).get("hatch", {})
    if set(hatch) - {"build"} or set(hatch.get("build", ())) - {"targets"}:
        yield "has settings of the build that we do not write"


def _json(text: str) -> Iterator[str]:
    try:
        document = json.loads(text)
    except ValueError as error:
        yield f"does not parse: {error}"
        return
    scripts = document.get("scripts", {}) if isinstance(document, dict) else {}
    if not isinstance(scripts, dict) or scripts.keys() - _SCRIPTS or WORD in json.dumps(scripts):
        yield "has scripts that we do not write"


def _module(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if line.strip() and not re.fullmatch(r"(module|go|require|replace) [A-Za-z0-9./ =>v_-]+", line.strip()):
            yield f"has a line that we do not write: {line[:60]!r}"


_READERS: dict[str, Callable[[str], Iterator[str]]] = {
    "py": _python,
    "go": _go,
    "ts": _typescript,
    "mjs": _typescript,
    "toml": _toml,
    "json": _json,
    "mod": _module,
}
