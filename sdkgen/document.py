"""What packages of all languages say in the same words: what changed, and how to see that a package is the one that was certified."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sdkgen.source import SdkOptions

_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/%\[\]-]+")
_WORD = re.compile(r"[A-Za-z0-9._-]+")


def changelog_text(options: SdkOptions) -> str:
    """The package's CHANGELOG.md."""
    entries = options.changelog or f"## {options.version}\n\nFirst version.\n"
    rule = "Versions follow Semantic Versioning by what changed for programs; before 1.0.0 the minor number breaks them."
    return f"# Changelog\n\n{rule}\n\n{entries}"


def badge(options: SdkOptions) -> str:
    """The exchange's badge, which leads to its certificate, in Markdown; empty where no portal shows one."""
    if not _has_portal(options):
        return ""
    name = options.exchange_id
    return f"[![certified]({options.portal}/badges/{name}.svg)]({options.portal}/exchanges/{name})"


def verification(options: SdkOptions, *, fetch: str, file: str) -> str:
    """How anybody sees whether the package on a disk is the one that was certified, in Markdown.

    Args:
        options: of the package.
        fetch: the command that brings the package's file without installing it.
        file: how that file is called then.
    """
    if not _has_portal(options):
        told = f"`certify verify` says whether a file is one that was certified, byte for byte. Fetch it with `{fetch}` and give it"
        return f"{told} `{file}`,\nwith `--trust` and `--registry` the keys and the registry of whoever certified it."
    portal = options.portal
    commands = (fetch, f"curl -o trust.json {portal}/trust.json", f"certify verify {file} --trust trust.json --registry {portal}/packages")
    shown = "\n".join(("```sh", *commands, "```"))
    said = "says whether this very file was certified, at which level, and whether the certificate still holds."
    return f"{shown}\n\n{said} Fetch `trust.json` once and keep it.\nThe badge leads to the report."


def _has_portal(options: SdkOptions) -> bool:
    """Whether there is an address that can stand in a document."""
    return bool(_ADDRESS.fullmatch(options.portal) and _WORD.fullmatch(options.exchange_id))
