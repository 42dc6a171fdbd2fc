"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def specs_folder() -> Path:
    """Real exchanges' descriptions, beside the repository or where CERTIFY_SPECS says."""
    folder = Path(os.environ.get("CERTIFY_SPECS", REPOSITORY.parent / "shared" / "specs"))
    if not folder.is_dir():
        pytest.skip(f"no folder of real descriptions at {folder}; set CERTIFY_SPECS")
    return folder
