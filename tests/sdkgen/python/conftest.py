from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sdkgen.api.load import load
from sdkgen.api.model import Api
from sdkgen.python.emit import emit
from sdkgen.python.runtime.session import Session
from sdkgen.signing.recipe import Algorithm, Carrier, Part, Placement, Recipe, Value
from sdkgen.source import SdkOptions, SdkSource
from tests.sdkgen.python.calls import served
from tests.simulators.raw_http import RawServer

RECIPE = Recipe(
    algorithm=Algorithm.HMAC_SHA256,
    placements=(
        Placement(carrier=Carrier.HEADER, name="X-Key", value=Value.KEY),
        Placement(carrier=Carrier.HEADER, name="X-Version", value=Value.LITERAL, literal='"""\\'),
        Placement(carrier=Carrier.QUERY, name="timestamp", value=Value.TIMESTAMP),
        Placement(carrier=Carrier.BODY, name="timestamp", value=Value.TIMESTAMP, number=True),
        Placement(carrier=Carrier.QUERY, name="signature", value=Value.SIGNATURE),
        Placement(carrier=Carrier.BODY, name="signature", value=Value.SIGNATURE),
    ),
    payload=(Part(value=Value.GROUP, parts=(Part(value=Value.QUERY, prefix="?"),)), Part(value=Value.BODY)),
    only_declared=True,
)
OPTIONS = SdkOptions(
    package="openxapi-hostile",
    version="1.2.3",
    exchange_id="hostile",
    exchange_name='Hostile """\\ Exchange\n# heading <b>',
    authors=('Jo "the" <Author>\n',),
    website="https://example.com",
    recipe=RECIPE,
)


@pytest.fixture(scope="session")
def hostile_api() -> Api:
    """A small API in which every text tries to become something else."""
    return load((Path(__file__).parent / "hostile.yaml").read_bytes())


@pytest.fixture(scope="session")
def hostile(hostile_api: Api) -> SdkSource:
    return emit(hostile_api, OPTIONS)


@pytest.fixture(scope="session")
def installed(hostile: SdkSource, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hostile SDK's tree, with its harness beside it."""
    folder = tmp_path_factory.mktemp("sdk")
    written(hostile, folder)
    return folder


def written(source: SdkSource, folder: Path) -> None:
    for file in (*source.files, *source.harness):
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)


@pytest.fixture
def serve() -> Iterator[Callable[..., tuple[RawServer, Session]]]:
    """Starts a server with the given answers, and a session that calls it."""
    yield from served()
