"""Go identifiers."""

from __future__ import annotations

import pytest

from sdkgen.api.model import Name
from sdkgen.go.names import Scope, exported, package_name, runtime_identifiers


@pytest.mark.parametrize(
    ("words", "identifier"),
    [
        pytest.param(("order", "id"), "OrderID", id="initialism"),
        pytest.param(("open", "orders"), "OpenOrders", id="words"),
        pytest.param(("a1", "2b"), "A12b", id="digits"),
    ],
)
def test_a_name_becomes_an_exported_identifier(words: tuple[str, ...], identifier: str) -> None:
    assert exported(Name(words=words)) == identifier


@pytest.mark.parametrize(
    ("module", "package"),
    [
        pytest.param("github.com/openxapi/kraken-futures-go", "krakenfutures", id="go-at-the-end"),
        pytest.param("github.com/openxapi/go-okx/v2", "okx", id="major-version"),
        pytest.param("example.com/go", "goapi", id="keyword"),
        pytest.param("example.com/main", "mainapi", id="main"),
        pytest.param("example.com/1inch.io", "api1inchio", id="digit-first"),
    ],
)
def test_a_module_path_gives_the_package_its_name(module: str, package: str) -> None:
    assert package_name(module) == package


def test_who_comes_later_gets_a_suffix() -> None:
    scope = Scope(("Client",))
    assert [scope.claim("Client", "Model") for _ in range(3)] == ["ClientModel", "ClientModel2", "ClientModel3"]
    assert [scope.claim("Order"), scope.claim("Order")] == ["Order", "Order2"]


def test_everything_that_the_runtime_declares_is_reserved() -> None:
    identifiers = runtime_identifiers()
    assert {"Config", "Optional", "Some", "Decimal", "KindRateLimit", "StatusError", "newCore", "absent", "numberText"} <= identifiers
    assert {"return", "Body", "b"}.isdisjoint(identifiers)
