"""What the tools of Python's own ecosystem say of a package: basedpyright at its strictest beside mypy, twine of what is uploaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.toolchain

USED = """
import asyncio

from openxapi_hostile import AsyncClient, Client
from reference_sdk import AsyncClient as Reference


async def main() -> None:
    async with Reference() as client:
        async for state in client.streams.book("BTC-USD"):
            print(state.bids)
        async for trade in client.market.iter_list_trades(symbol="BTC-USD"):
            print(trade.price)
    async with AsyncClient() as other:
        print(other)


print(Client().{group}.{method})
asyncio.run(main())
"""


def checked(folder: Path, *packages: Path) -> list[tuple[str, str]]:
    """The rules that basedpyright sees broken, with their messages."""
    settings = {
        "include": [str(folder), *(str(package / "src") for package in packages)],
        "extraPaths": [str(package / "src") for package in packages],
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    program = str(Path(sys.executable).with_name("basedpyright"))
    ended = subprocess.run((program, "-p", str(folder), "--outputjson"), capture_output=True, check=False)
    found = json.loads(ended.stdout)
    assert found["summary"]["filesAnalyzed"] > 50, "it looked at the packages"
    return [(each.get("rule", ""), each["message"]) for each in found["generalDiagnostics"]]


def test_the_strictest_checker_sees_nothing_but_the_use_of_what_is_deprecated(
    installed: Path, reference_installed: Path, tmp_path: Path
) -> None:
    sources = (installed / "src" / "openxapi_hostile" / "api").glob("*.py")
    text = next(source for source in (file.read_text() for file in sources) if "@Deprecated(" in source)
    method = text.partition("@Deprecated(")[2].partition("def ")[2].partition("(")[0]
    group = next(file.stem for file in (installed / "src" / "openxapi_hostile" / "api").glob("*.py") if file.read_text() == text)
    (tmp_path / "use.py").write_text(USED.format(group=group, method=method))
    found = checked(tmp_path, installed, reference_installed)
    assert [rule for rule, _ in found] == ["reportDeprecated"], found
    assert "the exchange advises against it" in found[0][1]


def test_what_is_uploaded_is_well_formed(reference_installed: Path, tmp_path: Path) -> None:
    build = (sys.executable, "-m", "hatchling", "build", "-d", str(tmp_path))
    subprocess.run(build, cwd=reference_installed, check=True, capture_output=True)
    files = sorted(str(file) for file in tmp_path.iterdir())
    ended = subprocess.run((sys.executable, "-m", "twine", "check", "--strict", *files), capture_output=True, text=True, check=False)
    assert (ended.returncode, len(files)) == (0, 2), ended.stdout + ended.stderr
