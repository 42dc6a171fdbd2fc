"""Finding and reading exchange profiles: ``exchanges/<id>/profile.yaml``, or any path to one."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from certification.errors import ProfileError
from certification.folders import EXCHANGES
from certification.profile import ExchangeProfile

M = TypeVar("M", bound=BaseModel)

_MAX_BYTES = 1_000_000


class _ExactLoader(yaml.SafeLoader):
    """YAML as a profile needs it: numbers of money stay text until a ``Decimal`` reads them."""


def _exact_float(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


_ExactLoader.add_constructor("tag:yaml.org,2002:float", _exact_float)


def find_profile(exchange: str, folder: Path = EXCHANGES) -> Path:
    """The profile that a person means by an exchange's id or by a path to a profile or to its folder.

    Raises:
        ProfileError: there is none.
    """
    path = Path(exchange)
    if "/" in exchange or path.suffix in {".yaml", ".yml"} or path.is_file():
        file = path / "profile.yaml" if path.is_dir() else path
        if not file.is_file():
            raise ProfileError(f"no profile at {exchange}; give an id from 'certify exchanges' or a path to a profile.yaml")
        return file
    file = folder / exchange / "profile.yaml"
    if not exchange.replace("-", "").isalnum() or not file.is_file():
        raise ProfileError(f"no exchange {exchange!r} in {folder.name}/; see 'certify exchanges', or give a path to a profile.yaml")
    return file


def list_profiles(folder: Path = EXCHANGES) -> tuple[Path, ...]:
    """Every profile in a folder of exchanges, sorted by id."""
    return tuple(sorted(folder.glob("*/profile.yaml")))


def load_profile(file: Path) -> ExchangeProfile:
    """Read and validate a profile.

    Raises:
        ProfileError: every mistake in one line: file, line, field, what is wrong.
    """
    profile = read_validated(file, ExchangeProfile, means="a profile; it must be a YAML mapping with id, name, spec and sdk")
    return profile.model_copy(update={"folder": file.resolve().parent})


def read_validated(file: Path, model: type[M], *, means: str) -> M:
    """Read a YAML document that a stranger wrote.

    Args:
        file: where it stands.
        model: what it must be.
        means: what to call it where it is no mapping at all.

    Raises:
        ProfileError: every mistake in one line: file, line, field, what is wrong.
    """
    text = _read(file)
    try:
        loader = _ExactLoader(text)
        try:
            node = loader.get_single_node()
            if not isinstance(node, yaml.MappingNode):
                raise ProfileError(f"{file}: not {means}")
            data = loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{file}:{mark.line + 1}" if mark else str(file)
        raise ProfileError(f"{place}: not YAML: {getattr(error, 'problem', None) or 'malformed'}; mend the file") from error
    except (RecursionError, ValueError, TypeError) as error:
        raise ProfileError(f"{file}: can't be read as YAML: {type(error).__name__}; mend the file") from error
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ProfileError("; ".join(_mistake(file, node, mistake) for mistake in error.errors(include_url=False)[:5])) from error


def _read(file: Path) -> str:
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise ProfileError(f"{file}: larger than {_MAX_BYTES:,} bytes; a profile is a page of text")
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise ProfileError(f"{file}: can't be read: {reason}") from error


def _mistake(file: Path, root: yaml.Node, mistake: Any) -> str:
    place = tuple(mistake["loc"])
    field = ".".join(str(part) for part in place) or "the profile"
    reason = {"extra_forbidden": "unknown field", "unexpected_keyword_argument": "unknown field", "missing": "field is missing"}.get(
        mistake["type"], mistake["msg"].removeprefix("Value error, ")
    )
    return f"{file}:{_line(root, place)}: {field}: {reason}"


def _line(node: yaml.Node, place: tuple[int | str, ...]) -> int:
    """The line of the innermost part of ``place`` that the document has."""
    line = node.start_mark.line + 1
    for part in place:
        step = _step(node, part)
        if step is None:
            break
        line, node = step
    return int(line)


def _step(node: yaml.Node, part: int | str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if getattr(key, "value", None) == str(part):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part].start_mark.line + 1, node.value[part]
    return None
