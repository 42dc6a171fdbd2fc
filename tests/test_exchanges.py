from __future__ import annotations

import json

import pytest
from pydantic import TypeAdapter

from certification.folders import EXCHANGES
from certification.profile import ExchangeProfile
from certification.profiles import list_profiles, load_profile
from sdkgen.api.load import load
from sdkgen.generate import generate
from sdkgen.signing.recipe import Recipe
from sdkgen.source import Language, SdkOptions
from tests.conftest import REPOSITORY

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
