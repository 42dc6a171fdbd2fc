"""What is written by hand beside a generated SDK: the folder it lives in, in each language's package."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from sdkgen.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sdkgen.language import Language
    from sdkgen.source import SdkOptions


def extensions_folder(language: Language, options: SdkOptions) -> str:
    """The package's folder of extensions, relative to its root. Generators write nothing of their own below it."""
    folder: str = importlib.import_module(f"sdkgen.{language.value}.package").extensions_folder(options)
    return folder


def below(folder: str, extensions: Iterable[SourceFile]) -> tuple[SourceFile, ...]:
    """The files at their places in the package."""
    return tuple(SourceFile(path=f"{folder}/{file.path}", content=file.content) for file in extensions)
