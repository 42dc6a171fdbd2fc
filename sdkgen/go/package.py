"""Files of a Go module that are not generated: where they stand, and by which path they import the module."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sdkgen.source import SourceFile

if TYPE_CHECKING:
    from sdkgen.go.module import GoModule
    from sdkgen.source import SdkOptions


def extensions_folder(options: SdkOptions) -> str:  # noqa: ARG001 - the same for every module; other languages' depends on its name
    """Where hand-written packages live: ``<module>/extensions``, and folders below it."""
    return "extensions"


def importing(file: SourceFile, module: GoModule) -> SourceFile:
    """A hand-written file that imports the module by its present path: from version 2 on, Go wants the major version in it.

    Nothing but the module's own import lines is different.
    """
    if not file.path.endswith(".go"):
        return file
    own = re.escape(module.options.package).encode()
    pattern = rb'^(\s*(?:import\s+)?(?:[\w.]+\s+)?")%s(?:/v[0-9]+)?((?:/[^"\n]*)?"[ \t]*(?://[^\n]*)?\r?)$' % own
    path = module.path.encode()
    return SourceFile(path=file.path, content=re.sub(pattern, lambda found: found[1] + path + found[2], file.content, flags=re.MULTILINE))
