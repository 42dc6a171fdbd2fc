"""What is built once for several tests of all languages."""

from __future__ import annotations

import pytest

from benchmarks.driven import Driven
from sdkgen.language import Language
from tests.simulators.desk_sdks import desk_sdks


@pytest.fixture(scope="session")
def sdks_of_the_desk(tmp_path_factory: pytest.TempPathFactory) -> dict[Language, Driven]:
    return desk_sdks(tmp_path_factory.mktemp("desk"))
