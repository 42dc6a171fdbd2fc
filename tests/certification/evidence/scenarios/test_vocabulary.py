"""Which operation plays a part, by what an order is named by."""

from __future__ import annotations

from certification.evidence.scenarios.vocabulary import Vocabulary
from certification.profile import Role
from tests.simulators.stages import reference_api, reference_profile


def test_orders_may_have_an_operation_of_their_own_to_be_named_by_their_clients_id() -> None:
    profile = reference_profile()
    assert profile.trading is not None
    own = Role(operation="listOpenOrders", arguments={"client_order_id": "query.symbol"})
    without = Vocabulary(profile, profile.trading, reference_api())
    assert not without.takes("query", "client_order_id")
    both = profile.trading.model_copy(update={"roles": profile.trading.roles | {"query_by_client_id": own}})
    words = Vocabulary(profile, both, reference_api())
    assert words.takes("query", "client_order_id")
    assert not words.takes("cancel", "client_order_id")
    by_client = words.draft("query", words.only("query", {"client_order_id": "mine"}))
    assert (by_client.operation.id, by_client.given) == ("listOpenOrders", (("query.symbol", "mine"),))
    named = words.draft("query", words.only("query", {"order_id": "7", "client_order_id": "mine"}))
    assert (named.operation.id, named.given) == ("getOrder", (("path.order_id", "7"),))
    assert words.entry("query", {"client_order_id": "mine"}) is own
