"""What every test may ask for."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

REPOSITORY = Path(__file__).resolve().parent.parent

# how long an example takes says how busy the machine is, nothing about the code
settings.register_profile("certify", deadline=None)
settings.load_profile("certify")


@pytest.fixture(scope="session")
def specs_folder() -> Path:
    """Real exchanges' descriptions, beside the repository or where CERTIFY_SPECS says."""
    folder = Path(os.environ.get("CERTIFY_SPECS", REPOSITORY.parent / "shared" / "specs"))
    if not folder.is_dir():
        pytest.skip(f"no folder of real descriptions at {folder}; set CERTIFY_SPECS")
    return folder


@pytest.fixture
def full_disk() -> Iterator[None]:
    """Every file ends after 100 bytes: the system refuses the next one, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
