"""Evidence about a description."""

from __future__ import annotations

from certification.evidence.description import describe
from certification.evidence.record import DescriptionIssue
from sdkgen.api.load import load

SHOP = b"""
openapi: 3.0.3
paths:
  /orders:
    get:
      responses:
        "200": {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Gone'}}}}
components:
  schemas:
    Order: {type: object, properties: {m: {type: string}, M: {type: string}}}
"""


STREAMS = b"""
asyncapi: 3.0.0
channels:
  orders: {address: /, messages: {order: {payload: {type: object, properties: {id: {type: strin}}}}}}
"""


def test_streams_are_counted_and_their_flaws_told_apart() -> None:
    seen = describe(load(SHOP, streams=STREAMS))
    assert (seen.channels_declared, seen.channels_read, seen.messages_declared, seen.messages_read) == (1, 1, 1, 1)
    assert (seen.fields_declared, seen.fields_read) == (3, 3)
    places = {issue.rule: (issue.pointer, issue.line) for issue in seen.issues}
    assert places["unknown-type"] == ("streams#/channels/orders/messages/order/payload/properties/id/type", 4)


def test_counts_and_flaws_become_evidence() -> None:
    seen = describe(load(SHOP))
    assert (seen.operations_declared, seen.operations_read, seen.fields_declared, seen.fields_read) == (1, 1, 2, 2)
    assert seen.issues == (
        DescriptionIssue(
            kind="refused",
            rule="dangling-reference",
            pointer="/paths/~1orders/get/responses/200/content/application~1json/schema",
            line=7,
            message="the reference “#/components/schemas/Gone” names nothing in this document",
        ),
    )
