"""Stories of orders that mean nothing: a word that no exchange has, an amount that is none, a term that is left out."""

from __future__ import annotations

from collections.abc import Iterator

from certification.evidence.record import ScenarioStep
from certification.evidence.scenarios.story import Story
from certification.evidence.scenarios.venue import Venue

_NO_WORD = "nosuchword"
_NO_NUMBER = "NaN"
_WORDS = ("side", "type", "time_in_force")
_AMOUNTS = ("price", "quantity")


def _meaningless(venue: Venue) -> Iterator[ScenarioStep]:
    """The usual order, then the same with one term spoilt, each in its turn."""
    yield venue.place(label="place as usual")
    for label, name, value in _spoilt(venue):
        order = venue.order() | {name: value}
        if venue.takes("place", "client_order_id"):
            order["client_order_id"] = venue.new_client_id()
        yield venue.ask("place", order, label=label)
    for name in _AMOUNTS:
        # Where orders have no type, one without a price may be a market order by right.
        if venue.takes("place", name) and (name != "price" or venue.takes("place", "type")):
            yield venue.ask(
                "place", {each: value for each, value in venue.order().items() if each != name}, label=f"place without a {name}"
            )


def _spoilt(venue: Venue) -> Iterator[tuple[str, str, str]]:
    """Label, argument and value of each order that is to be refused."""
    order = venue.order()
    for name in _WORDS:
        if venue.has_word("place", name, order[name]):
            yield f"place with an unknown {name}", name, _NO_WORD
    for name in _AMOUNTS:
        if venue.takes("place", name):
            yield f"place with a {name} of nought", name, "0"
            if name == "price" or venue.takes("place", "side"):  # else a quantity below nought may be how a sale is written
                yield f"place with a {name} below nought", name, f"-{order[name]}"
            yield f"place with a {name} that is no number", name, _NO_NUMBER


STORIES = (Story(id="refusals.meaningless-order", about="place", needs=(), play=_meaningless),)
