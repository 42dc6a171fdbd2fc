"""The adapters that come with the product: whole, small, locked, and about what they say."""

from pathlib import Path

import pytest

from certification.adapters.manifest import Ecosystem, read_adapter
from certification.folders import EXCHANGES
from certification.profiles import load_profile
from sdkgen.api.load import load

ADAPTERS = Path(__file__).resolve().parents[1] / "adapters"
FOLDERS = sorted(path.parent for path in ADAPTERS.glob("*/adapter.yaml"))


def test_there_are_adapters_and_each_is_told_of() -> None:
    told = (ADAPTERS / "README.md").read_text()
    assert len(FOLDERS) >= 3
    assert [folder.name for folder in FOLDERS if f"| `{folder.name}` |" not in told] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.name))
def test_an_adapter_is_small_locked_and_about_what_it_says(folder: Path) -> None:
    adapter = read_adapter(folder)
    assert adapter.manifest.name == folder.name
    assert (EXCHANGES / adapter.manifest.exchange / "profile.yaml").is_file()
    program = folder / ("main.go" if adapter.manifest.ecosystem is Ecosystem.GO else adapter.manifest.command[-1])
    lines = program.read_text().splitlines()
    assert len(lines) < 240
    assert any(adapter.manifest.version in line for line in lines)
    assert any(f'"{adapter.manifest.package}"' in line for line in lines)


def test_operations_of_an_adapter_are_the_description_s() -> None:
    profile = load_profile(EXCHANGES / "kraken-spot" / "profile.yaml")
    assert profile.spec.rest.file is not None
    file = profile.folder / profile.spec.rest.file
    program = (ADAPTERS / "python-kraken-sdk" / "main.py").read_text()
    known = {operation.id for operation in load(file.read_bytes(), overlays=(), source=file.name).operations}
    named = {name for name in known if f'    "{name}": (' in program}
    assert len(named) == 17
