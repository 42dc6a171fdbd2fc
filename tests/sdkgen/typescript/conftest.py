"""One hostile description as a compiled and installed package, made once for all tests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sdkgen.api.load import load
from sdkgen.signing.recipe import Algorithm, Carrier, Part, Placement, Recipe, Value
from sdkgen.source import SdkOptions
from sdkgen.typescript.emit import emit
from tests.simulators.scripted_server import ScriptedServer, scripted_server
from tests.simulators.typescript_sdk import Harness, Installed, compiled, harness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sdkgen.api.model import Api
    from sdkgen.source import SdkSource

RECIPE = Recipe(
    algorithm=Algorithm.HMAC_SHA256,
    placements=(
        Placement(carrier=Carrier.HEADER, name="X-Key", value=Value.KEY),
        Placement(carrier=Carrier.BODY, name="nonce", value=Value.NONCE),
        Placement(carrier=Carrier.HEADER, name="X-Sign", value=Value.SIGNATURE),
    ),
    payload=(Part(value=Value.METHOD), Part(value=Value.PATH), Part(value=Value.QUERY, prefix="?"), Part(value=Value.BODY)),
    only_declared=True,
)

OPTIONS = SdkOptions(
    package="@openxapi/hostile",
    version="1.2.3",
    exchange_id="hostile",
    exchange_name="Hostile <b>Exchange</b> [x](http://evil.example)",
    authors=("OpenXAPI", "Second\nAuthor"),
    recipe=RECIPE,
)


@pytest.fixture(scope="session")
def hostile_api() -> Api:
    return load((Path(__file__).parent / "hostile.yaml").read_bytes())


@pytest.fixture(scope="session")
def hostile_source(hostile_api: Api) -> SdkSource:
    return emit(hostile_api, OPTIONS)


@pytest.fixture(scope="session")
def installed(hostile_source: SdkSource, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return compiled(hostile_source, tmp_path_factory.mktemp("typescript") / "hostile")


@pytest.fixture(scope="session")
def running(installed: Installed) -> Iterator[Harness]:
    with harness(installed) as started:
        yield started


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as script:
        yield script
