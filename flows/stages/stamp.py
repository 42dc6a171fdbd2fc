"""A stamp beside generated trees: what each was made from, so that making it again from the same can be left out.

A tree is left as it is only if every input has the bytes that it had, the generator is the same, and the tree itself still holds what
was written. All three are told by SHA-256, not by dates.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sdkgen.language import Language

STAMP = ".certify-stamp.json"
_ROOT = Path(__file__).resolve().parents[2]
_GENERATOR = (
    "sdkgen",
    "certification/profile.py",
    "certification/example.py",
    "certification/extensions.py",
    "certification/specs/bundle.py",
    "flows/stages",
)
"""The code that decides what a tree holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for: the same words in the same place mean the same inputs."""

    exchange: str
    exchanges: Path
    """The folder of profiles."""
    streams: str = ""
    portal: str = ""
    """The portal's address, which stands in READMEs."""

    def digest(self) -> str:
        """SHA-256 (hex): paths of this machine have no business in a stamp."""
        return _sha256(f"{self.exchange}\0{Path.cwd()}\0{self.exchanges}\0{self.streams}\0{self.portal}".encode())


class Stamps:
    """The stamps of the trees in one folder."""

    def __init__(self, folder: Path, asked: Asked) -> None:
        """Read them; one that can't be read counts as none."""
        self._folder = folder
        self._asked = asked.digest()
        try:
            entries = json.loads((folder / STAMP).read_bytes())
        except (OSError, ValueError):
            entries = {}
        self._entries: dict[str, dict[str, object]] = entries if isinstance(entries, dict) else {}

    def line_for(self, language: Language) -> str | None:
        """What was said when the tree was written, if writing it again would change nothing; ``None`` where it might."""
        entry = self._entries.get(language.value)
        if not isinstance(entry, dict) or entry.get("asked") != self._asked or entry.get("generator") != _generator():
            return None
        inputs = entry.get("inputs")
        if not isinstance(inputs, dict) or not inputs or not all(_sha256_of(str(self._folder / name)) == inputs[name] for name in inputs):
            return None
        said = entry.get("said")
        return said if isinstance(said, str) and entry.get("tree") == tree_digest(self._folder / language.value) else None

    def write(self, language: Language, *, inputs: Iterable[Path], said: str) -> None:
        """Note what a tree was just made from."""
        self._entries[language.value] = {
            "asked": self._asked,
            "generator": _generator(),
            "inputs": {os.path.relpath(file, self._folder): _sha256_of(str(file)) for file in inputs},
            "tree": tree_digest(self._folder / language.value),
            "said": said,
        }
        (self._folder / STAMP).write_text(json.dumps(self._entries, indent=1, sort_keys=True) + "\n")

    def forget(self, language: Language) -> None:
        """Drop what is known of a tree: it is about to be written, and may be left half done."""
        if self._entries.pop(language.value, None) is not None:
            (self._folder / STAMP).write_text(json.dumps(self._entries, indent=1, sort_keys=True) + "\n")


def tree_digest(folder: Path) -> str:
    """SHA-256 (hex) over the paths and contents of all files in a folder, whoever wrote them."""
    listing = hashlib.sha256()
    for path in sorted(_files(folder)):
        listing.update(f"{_sha256_of(f'{folder}/{path}')}  {path}\n".encode())
    return listing.hexdigest()


def _files(folder: Path) -> Iterable[str]:
    """Every file's path below the folder. Plain text, not ``Path``: a thousand files are told in few ms."""
    top = str(folder)
    for around, folders, names in os.walk(top):
        folders[:] = [name for name in folders if name != "__pycache__"]
        below = around[len(top) + 1 :].replace(os.sep, "/")
        yield from (f"{below}/{name}" if below else name for name in names)


_GENERATORS: list[str] = []


def _generator() -> str:
    """The digest of the code that decides what a tree holds; reckoned once."""
    if not _GENERATORS:
        digests = [str(_sha256_of(str(_ROOT / name))) for name in _GENERATOR]
        _GENERATORS.append(_sha256("\n".join(digests).encode()))
    return _GENERATORS[0]


def _sha256_of(file: str) -> str | None:
    """The digest of a file, or of a folder with all that is in it; ``None`` where there is neither."""
    try:
        with open(file, "rb", buffering=0) as stream:  # noqa: PTH123 - as above
            return _sha256(stream.read())
    except IsADirectoryError:
        return tree_digest(Path(file))
    except OSError:
        return None


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
