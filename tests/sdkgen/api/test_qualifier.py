"""Names of schemas without the packages before them."""

from __future__ import annotations

import pytest

from sdkgen.api.qualifier import unqualified
from tests.simulators.descriptions import api_of


@pytest.mark.parametrize(
    ("texts", "wanted"),
    [
        pytest.param(["responses.Order", "requests.NewOrder"], ["Order", "NewOrder"], id="packages"),
        pytest.param(["venue.spot.v1beta1.QueryPriceRequest"], ["QueryPriceRequest"], id="protobuf"),
        pytest.param(["Venue.Api.Models.Trade"], ["Trade"], id="namespaces"),
        pytest.param(["v1.Order", "v2.Order", "v2.Fill"], ["v1.Order", "v2.Order", "Fill"], id="two of one name"),
        pytest.param(["v1.Order", "Order", "v1.order"], ["v1.Order", "Order", "v1.order"], id="one has the name already"),
        pytest.param(["v1.OpenOrders", "open_orders"], ["v1.OpenOrders", "open_orders"], id="the same words"),
        pytest.param(["Channel", "Channel.ClosureType"], ["Channel", "Channel.ClosureType"], id="inside another"),
        pytest.param(["rpc.Channel", "rpc.Channel.Status"], ["Channel", "Channel.Status"], id="inside another in a package"),
        pytest.param(["rpc.Status", "order.Response"], ["rpc.Status", "order.Response"], id="says too little alone"),
        pytest.param(["camt.052", "v4.0.0", "orders.create-400"], ["camt.052", "v4.0.0", "orders.create-400"], id="no type's name"),
        pytest.param(["", ".", "a..B", "Page[Order]"], ["", ".", "a..B", "Page[Order]"], id="no qualified name"),
    ],
)
def test_a_package_is_left_out_where_the_rest_says_enough(texts: list[str], wanted: list[str]) -> None:
    assert list(unqualified(texts)) == wanted


def test_types_are_named_without_their_packages() -> None:
    text = {"type": "object", "properties": {"id": {"type": "string"}}}
    listed = {"type": "object", "properties": {"rows": {"type": "array", "items": {"properties": {"id": {"type": "string"}}}}}}
    api = api_of(schemas={"responses.Order": text, "responses.OrderList": listed})
    assert [declared.name.pascal() for declared in api.types] == ["Order", "OrderList", "OrderListRowsItem"]
