from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from certification.errors import ProfileError
from certification.profiles import find_profile, load_profile

Write = Callable[[str], Path]

MINIMAL = """\
id: acme
name: Acme
spec:
  rest:
    url: https://api.acme.test/openapi.yaml
sdk:
  packages:
    python: openxapi-acme
    typescript: "@openxapi/acme"
    go: github.com/openxapi/acme-go
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(text: str) -> Path:
        file = tmp_path / "profile.yaml"
        file.write_text(text)
        return file

    return _write


def test_a_minimal_profile_is_read_with_its_folder(write: Write) -> None:
    profile = load_profile(write(MINIMAL))
    assert profile.id == "acme"
    assert profile.folder == profile.folder.resolve()
    assert profile.sandbox is None


def test_a_misspelt_field_is_named_with_file_line_and_field(write: Write) -> None:
    file = write(MINIMAL.replace("    url:", "    ulr:"))
    with pytest.raises(ProfileError) as caught:
        load_profile(file)
    assert f"{file}:5: spec.rest.ulr: unknown field" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("", "not a profile", id="empty"),
        pytest.param("- a\n", "not a profile", id="list"),
        pytest.param("a: [\n", "not YAML", id="broken"),
        pytest.param(MINIMAL.replace("id: acme\n", ""), "id: field is missing", id="no id"),
        pytest.param(MINIMAL.replace("id: acme", "id: ../etc"), ":1: id: ", id="hostile id"),
        pytest.param(MINIMAL + "signing: {algorithm: hmac-sha256, placements: []}\n", "places no signature", id="recipe without signature"),
        pytest.param(MINIMAL.replace("    url:", "    file: a.yaml\n    url:"), "exactly one of url, github and file", id="two sources"),
        pytest.param(MINIMAL + "sandbox: {url: 'https://x.test', reference: true}\n", "at most one of", id="two sandboxes"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_is_wrong(write: Write, text: str, complaint: str) -> None:
    with pytest.raises(ProfileError) as caught:
        load_profile(write(text))
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_numbers_of_money_never_become_binary_floats(write: Write) -> None:
    trading = """\
trading:
  symbol: BTC-USD
  base: BTC
  quote: USD
  price: 100.10
  price_step: 0.01
  quantity: 0.1000000000000000055
  quantity_step: 0.00000001
  roles: {}
"""
    profile = load_profile(write(MINIMAL + trading))
    assert profile.trading is not None
    assert str(profile.trading.price) == "100.10"
    assert profile.trading.quantity == Decimal("0.1000000000000000055")


def test_a_file_that_is_no_text_is_refused_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "profile.yaml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProfileError, match="not UTF-8 text"):
        load_profile(file)


def test_a_profile_of_megabytes_is_refused(write: Write) -> None:
    with pytest.raises(ProfileError, match="larger than"):
        load_profile(write("a" * 1_000_001))


@pytest.mark.parametrize("exchange", ["nowhere", "../shared", "a/b.yaml", "profile.yaml", "", ".."])
def test_an_unknown_exchange_says_how_to_find_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchange: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ProfileError, match=r"certify exchanges"):
        find_profile(exchange, folder=tmp_path)


def test_an_exchange_is_found_by_id_by_file_and_by_folder(tmp_path: Path) -> None:
    home = tmp_path / "acme"
    home.mkdir()
    file = home / "profile.yaml"
    file.write_text(MINIMAL)
    assert find_profile("acme", folder=tmp_path) == file
    assert find_profile(str(file)) == file
    assert find_profile(f"{home}/") == file
