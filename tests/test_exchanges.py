from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from certification.folders import EXCHANGES
from certification.profile import ExchangeProfile
from certification.profiles import list_profiles, load_profile
from certification.roles import behaviour_faults, role_faults
from sdkgen.api.load import load
from sdkgen.api.model import IssueKind, Location
from sdkgen.behaviour_check import problems
from sdkgen.generate import generate
from sdkgen.language import Language
from sdkgen.signing.recipe import Recipe
from sdkgen.source import SdkOptions
from tests.conftest import REPOSITORY
from tests.simulators.shared_descriptions import Descriptions

PROFILES = [load_profile(file) for file in list_profiles()]
KRAKEN = EXCHANGES / "kraken-spot"


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.id)
def test_an_exchange_is_a_folder_of_its_name_with_a_readme_that_tells_its_credentials(profile: ExchangeProfile) -> None:
    assert profile.folder == (EXCHANGES / profile.id).resolve()
    readme = (profile.folder / "README.md").read_text()
    accounts = profile.sandbox.accounts if profile.sandbox else ()
    for account in accounts:
        for variable in filter(None, (account.key, account.secret, account.passphrase)):
            assert f"`{variable}`" in readme


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.id)
def test_no_two_exchanges_share_a_package(profile: ExchangeProfile) -> None:
    for language in Language:
        name = getattr(profile.sdk.packages, language.value)
        assert [other.id for other in PROFILES if getattr(other.sdk.packages, language.value) == name] == [profile.id]


def test_krakens_description_needs_no_repair_and_loses_nothing() -> None:
    api = load((KRAKEN / "openapi.yaml").read_bytes())
    assert api.issues == ()
    assert len(api.operations) == api.declared_operations == 19
    assert [operation.id for operation in api.operations if not operation.signed] == [
        "getServerTime",
        "getSystemStatus",
        "listAssets",
        "listAssetPairs",
        "getTicker",
        "getCandles",
        "getDepth",
        "listTrades",
    ]


def test_krakens_recipe_is_the_one_that_a_vector_proves() -> None:
    vector = json.loads((REPOSITORY / "tests" / "vectors" / "signing" / "kraken-spot-begun-form.json").read_text())
    assert load_profile(KRAKEN / "profile.yaml").signing == TypeAdapter(Recipe).validate_python(vector["recipe"])


@pytest.mark.parametrize("language", list(Language))
def test_krakens_sdks_have_all_operations(language: Language) -> None:
    profile = load_profile(KRAKEN / "profile.yaml")
    options = SdkOptions(
        package=getattr(profile.sdk.packages, language.value),
        version="0.1.0",
        exchange_id=profile.id,
        exchange_name=profile.name,
        recipe=profile.signing,
    )
    source = generate(load((KRAKEN / "openapi.yaml").read_bytes()), language, options)
    assert source.operations == 19


@pytest.fixture(scope="module")
def descriptions(specs_folder: Path) -> Descriptions:
    return Descriptions(specs_folder)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.id)
def test_a_description_takes_its_overlays_and_loses_no_operation(profile: ExchangeProfile, descriptions: Descriptions) -> None:
    api = descriptions.api(profile)
    assert len(api.operations) == api.declared_operations
    assert [issue.message for issue in api.issues if issue.kind is IssueKind.REFUSED] == []
    assert (profile.signing is not None) == any(operation.signed for operation in api.operations)
    assert list(problems(profile.behaviour, api if profile.spec.streams is None else descriptions.whole(profile))) == []
    assert behaviour_faults(profile.behaviour, api) == ()


@pytest.mark.parametrize("profile", [each for each in PROFILES if each.trading], ids=lambda profile: profile.id)
def test_every_role_is_there_in_the_description(profile: ExchangeProfile, descriptions: Descriptions) -> None:
    assert profile.trading is not None
    assert role_faults(profile.trading, descriptions.api(profile), profile.signing) == ()


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.id)
def test_no_operation_takes_a_secret_as_an_argument(profile: ExchangeProfile, descriptions: Descriptions) -> None:
    # An API explorer's description may: Bybit's sends the secret itself as a header.
    taken = [
        (operation.id, parameter.wire_name)
        for operation in descriptions.api(profile).operations
        for parameter in operation.parameters
        if parameter.location is Location.HEADER and parameter.wire_name.lower() in {"secret", "apisecret", "secretkey", "api-secret"}
    ]
    assert taken == []
