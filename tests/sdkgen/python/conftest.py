from __future__ import annotations

import datetime as dt
import importlib
import sys
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from types import ModuleType

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from certification.example import trading_example
from certification.folders import EXCHANGES
from certification.profiles import load_profile
from sdkgen.api.asyncapi.load import load_streams
from sdkgen.api.load import load
from sdkgen.api.model import Api
from sdkgen.api.together import together
from sdkgen.behaviour import Behaviour, Clock, Pagination, Paging, RateLimit
from sdkgen.python.emit import emit
from sdkgen.python.runtime.session import Session
from sdkgen.refusal import Errors, Refusal
from sdkgen.signing.recipe import Algorithm, Carrier, Part, Placement, Recipe, Value
from sdkgen.source import SdkOptions, SdkSource
from tests.sdkgen.python.calls import served
from tests.simulators.raw_http import RawServer

LONG_AGO, LONG_FROM_NOW = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
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
BEHAVIOUR = Behaviour(
    errors=Errors(
        success={'ok"': ("true",)},
        code=("error['x", "code"),
        message=('"""', "msg"),
        codes={'"""\\': Refusal.CLOCK, "7": Refusal.RATE_LIMIT},
    ),
    limits=(RateLimit(name='"""\n|', requests=100, per_ms=1000, weights={"list": 5}, signed_only=True, used_header="X-Used"),),
    clock=Clock(operation="download", place='"time"'),
    paging={"list": Pagination(kind=Paging.LAST, argument="body.id", items="", next="e", step=1)},
    repeatable=("form",),
    order_ids={"list": 'body."client" id`'},
)
OPTIONS = SdkOptions(
    package="openxapi-hostile",
    version="1.2.3",
    exchange_id="hostile",
    exchange_name='Hostile """\\ Exchange\n# heading <b>',
    authors=('Jo "the" <Author>\n',),
    website="https://example.com",
    recipe=RECIPE,
    behaviour=BEHAVIOUR,
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


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1, signed by itself, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(LONG_AGO)
        .not_valid_after(LONG_FROM_NOW)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return path


@pytest.fixture(scope="session")
def reference() -> SdkSource:
    """The reference exchange's package, REST and streams."""
    profile = load_profile(EXCHANGES / "reference" / "profile.yaml")
    rest = load((EXCHANGES / "reference" / "openapi.yaml").read_bytes())
    streams = load_streams((EXCHANGES / "reference" / "asyncapi.yaml").read_bytes())
    options = SdkOptions(
        package="reference-sdk",
        version="1.0.0",
        exchange_id="reference",
        exchange_name="Reference",
        recipe=profile.signing,
        behaviour=profile.behaviour,
        example=trading_example(profile),
    )
    return emit(together(rest, streams, digest="0"), options)


@pytest.fixture(scope="session")
def reference_installed(reference: SdkSource, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its tree, with its harness beside it."""
    folder = tmp_path_factory.mktemp("reference")
    written(reference, folder)
    return folder


@pytest.fixture(scope="session")
def sdk(reference_installed: Path) -> Iterator[ModuleType]:
    """It, imported."""
    sys.path.insert(0, str(reference_installed / "src"))
    yield importlib.import_module("reference_sdk")
    sys.path.remove(str(reference_installed / "src"))
    for name in [each for each in sys.modules if each.startswith("reference_sdk")]:
        del sys.modules[name]
