"""Examples of checks of descriptions and of SDKs."""

from __future__ import annotations

from certification.checks.examples.example import Example

SDKS = {
    "description.every_operation_is_read": Example(
        does="An operation hangs on a path item that is a reference to another document.",
        says="api: 17 of 18 operations were read",
    ),
    "description.every_field_is_read": Example(
        does="A schema's property is a text where a schema must stand.",
        says="api: 211 of 212 fields were read",
    ),
    "description.description_is_accepted": Example(
        does="A path holds a list where an object of methods must stand.",
        says="/paths/~1list: a path must be an object of methods; it is left out",
    ),
    "description.description_needs_no_repair": Example(
        does="A path has {id} in it, and no parameter of that name is declared.",
        says="/paths/~1orders~1{id}/get: the path's parameter “id” is not declared; it is read as required text",
    ),
    "description.references_resolve": Example(
        does="An answer's schema refers to #/components/schemas/Ordr, which does not exist.",
        says="/paths/~1orders/get/responses/200/content/application~1json/schema: the reference "
        "“#/components/schemas/Ordr” names nothing in this "
        "document",
    ),
    "description.examples_agree_with_their_schemas": Example(
        does="A price is described as a string, and its example is a list.",
        says="/components/schemas/Order/properties/price/example: the example contradicts its schema and is not used: “/: "
        "text expected, a list found”",
    ),
    "builds.everything_is_generated": Example(
        does="A generator keeps one of two fields m and M, which differ only in case.",
        says="python: 211 of 212 declared fields are in the SDK",
    ),
    "builds.enough_is_offered": Example(
        does="A library of three calls for an exchange that describes 382; its adapter maps no more.",
        says="tiny-client: 3 of 382 described operations were called through it: less than 10 %, too few to certify",
    ),
    "builds.packages_build": Example(
        does="A generated Go file declares the same name twice.",
        says="go: build ended with exit code 1",
    ),
    "builds.packages_install": Example(
        does="A wheel's metadata asks for a package that it never names in its lock.",
        says="python: install ended with exit code 1",
    ),
    "builds.strict_type_checks_pass": Example(
        does="A method's annotation says str where it returns None too.",
        says="python: type-check ended with exit code 1",
    ),
    "values.documented_examples_survive": Example(
        does="A date of the description's example is turned into the client's time zone.",
        says='typescript: Order: the value changed at $.created_at: "2026-01-01T00:00:00Z" became "2026-01-01T01:00:00+01:00"',
    ),
    "values.generated_values_survive": Example(
        does="A null of a nullable field is dropped when the value is written again.",
        says="go: Order: the value changed at $.cancel_reason: null is lost",
    ),
    "values.numbers_stay_exact": Example(
        does="The price 0.1000000000000000055 is read into a float, and comes back as 0.1.",
        says="python: Order: the value changed at $.price: 0.1000000000000000055 became 0.1",
    ),
    "values.what_is_unknown_is_kept": Example(
        does="A field that the exchange added yesterday is dropped on decoding.",
        says="typescript: Order: the value changed at $.fee_tier: 2 is lost",
    ),
    "values.other_kinds_are_refused": Example(
        does="A field is read under a misspelt name, so that whatever stands there passes unread.",
        says="python: Order: a list in place of $.filled_quantity was accepted",
    ),
    "wire.every_operation_can_be_called": Example(
        does="A method refuses an argument that the description allows, so nothing is sent.",
        says="python: placeOrder: no request was sent",
    ),
    "wire.requests_match_the_description": Example(
        does="A list in the query is sent as symbols=A,B where symbols=A&symbols=B is described.",
        says="go: listTickers: the query lacks symbols=B (and 2 more: listCandles, listTrades)",
    ),
    "wire.signatures_verify": Example(
        does="The signature is made over the query before it is percent-encoded.",
        says="typescript: listFills: signature: the header X-Signature is no hmac-sha256 signature over this request",
    ),
    "wire.answers_reach_the_caller_unchanged": Example(
        does="An answer that does not fit its type is passed on as an empty object.",
        says="python: getOrder: the answer changed at $.order_id: 9007199254740993 is lost",
    ),
    "wire.languages_send_the_same_request": Example(
        does="Go writes a space in the query as +, the others as %20.",
        says="sdks: listFills: python and go send another method or target for listFills #3",
    ),
    "errors.error_statuses_become_typed_errors": Example(
        does="429 is raised as the general error, without its Retry-After.",
        says="python: placeOrder: 429 should be rate_limit, and is api",
    ),
    "errors.broken_connections_become_typed_errors": Example(
        does="A connection that is reset in the middle of an answer is told as a time-out.",
        says="go: getOrder: reset should be transport, and is timeout",
    ),
    "errors.damaged_answers_become_typed_errors": Example(
        does="A page of HTML with status 200 is returned as an empty list of orders.",
        says="typescript: listOpenOrders: html should be decode, and is returned",
    ),
    "errors.no_call_is_sent_twice": Example(
        does="After a time-out the SDK places the order once more.",
        says="python: placeOrder: a call that may change something was sent again by the SDK itself after it failed",
    ),
    "conduct.secrets_stay_out_of_logs_and_errors": Example(
        does="An error's text holds the headers of the request, the API secret among them.",
        says="python: a secret shows in what the SDK prints or tells",
    ),
    "conduct.throttled_sdks_wait_as_long_as_told": Example(
        does="A call that got 429 with Retry-After: 2 is repeated after 100 ms.",
        says="typescript: getTime: a throttled call was sent again before the time that the answer told",
    ),
    "manners.only_what_is_safe_is_repeated": Example(
        does="The second attempt of a read is sent with the timestamp and the signature of the first.",
        says="python: retries.reads-are-sent-again: the second attempt has the timestamp of the first: 1795381200123",
    ),
    "manners.pages_are_read_to_their_end": Example(
        does="The iterator stops before the last page.",
        says="go: pages.listTrades-to-the-end: the items of all pages differ at $: 4 items became 3",
    ),
    "manners.budgets_are_kept": Example(
        does="Each operation has a count of its own, and what they share is overdrawn.",
        says="typescript: limits.told-budget-1: requests: 5, not 3",
    ),
    "manners.clocks_are_corrected": Example(
        does="What the exchange's clock is ahead is taken off the timestamp, not added.",
        says="python: clock.is-asked-for: the timestamp after the clock was corrected: 1699999910123, not 1700000090123",
    ),
    "manners.refusals_keep_their_words": Example(
        does="The error says that the order was refused, and loses the exchange's code.",
        says="go: refusals.keep-their-words-400: the error of INSUFFICIENT_FUNDS: ('bad_request', 400, None, None), not "
        "('bad_request', 400, 'INSUFFICIENT_FUNDS', 'insufficient_funds')",
    ),
    "manners.answers_are_read_however_they_travel": Example(
        does="The bodies of errors are not read to their end, and so each of them costs a connection.",
        says="go: answers.share-a-connection: 18 calls one after the other took 13 connections",
    ),
    "manners.undescribed_requests_are_sent_as_given": Example(
        does="The query of a request by hand is sent without percent-encoding.",
        says="typescript: raw.requests-are-sent-as-given: signature: the header X-Signature is no hmac-sha256 signature over this request",
    ),
    "hygiene.a_licence_is_named": Example(
        does="The package's metadata has no License-Expression, and its classifiers name none.",
        says="python: no licence is named",
    ),
    "hygiene.types_are_shipped": Example(
        does="The package's code is annotated, and no py.typed marker lies beside it.",
        says="python: no types are shipped: checkers see nothing of the package",
    ),
    "hygiene.dependencies_are_bounded": Example(
        does="The package asks for requests, of whichever version.",
        says="python: 1 dependencies fit in any version: requests",
    ),
    "hygiene.packages_stay_small": Example(
        does="The package brings a data-frame library along to return lists.",
        says="python: 14 packages of 131 MiB",
    ),
    "hygiene.memory_stays_bounded": Example(
        does="The client keeps every answer in a list that nobody empties.",
        says="python: 1,500 more calls took 61,440 KiB more memory: 40 KiB a call stay behind",
    ),
    "hygiene.imports_are_quick": Example(
        does="Importing the package builds a model class for each of a thousand schemas.",
        says="python: importing it takes 2,900 ms; the interpreter alone starts in 15 ms",
    ),
    "hygiene.dependencies_have_no_known_vulnerabilities": Example(
        does="The package brings an HTTP library along that forwards credentials to whoever it is redirected to.",
        says="python: requests: requests 2.30.0 has the known vulnerability PYSEC-2023-74, mended in 2.31.0",
    ),
    "trading.orders_placed_through_the_sdk_are_whole": Example(
        does="An order whose answer was lost is placed again under a new client order id.",
        says="python: 1 of 12 trials went wrong",
    ),
    "trading.rate_limits_are_honoured_by_the_sdk": Example(
        does="A client that may make 10 calls a second makes 40.",
        says="go: 1 of 3 trials went wrong",
    ),
    "trading.streams_survive_in_the_sdk": Example(
        does="After a reconnect the client goes on with the old book.",
        says="typescript: 2 of 8 trials went wrong",
    ),
    "record.nightly_runs_passed_in_a_row": Example(
        does="The exchange's sandbox lost its balances endpoint for one night.",
        says="api: 1 of the last 14 nightly runs did not pass",
    ),
    "record.packages_build_reproducibly": Example(
        does="A generated file holds the time of its generation.",
        says="python: the second build gave other bytes",
    ),
    "record.the_reference_strategy_reconciles": Example(
        does="One fill is told twice on the list of fills.",
        says="python: profit and loss of 24 orders and 12 fills is 1.2, 0.6, 0.6 USD: BTC changed by 0.02 by the "
        "fills, 0.01 by the balances, "
        "0.01 by the trades",
    ),
    "feeds.subscriptions_reach_the_exchange": Example(
        does="An SDK connects, answers its caller, and drops the subscription because the socket was not open yet.",
        says="their-client: depth: the SDK says that it subscribed, and over 1 connections the exchange heard no subscription",
    ),
    "feeds.messages_reach_the_caller": Example(
        does="A message in two frames is given out as two, of which neither can be read.",
        says="their-client: depth: message 4 of 24 (parts) did not come",
    ),
    "feeds.fields_added_later_are_kept": Example(
        does="A model ignores what it does not know.",
        says='their-client: depth: message 3 of 24 (unknown) changed at $.addedLater: {"note":"é"} is lost',
    ),
    "feeds.pings_are_answered": Example(
        does="An SDK answers each ping with an empty pong.",
        says="their-client: depth: a ping was not answered within 2 s with its own payload",
    ),
    "feeds.unreadable_messages_silence_no_stream": Example(
        does="The task that reads a connection ends with an exception that nobody sees; the connection stays open.",
        says="their-client: depth: after a message that can't be read message 3 of 3 (after damage) did not come, and the "
        "caller is told nothing",
    ),
    "feeds.broken_streams_are_never_silent": Example(
        does="An SDK connects again, and never subscribes again.",
        says="their-client: depth: the connection broke: it connected again without subscribing, and the caller is told nothing",
    ),
    "feeds.broken_streams_come_back": Example(
        does="An SDK ends its thread where the connection ends.",
        says="their-client: depth: the connection broke, and the SDK did not come back with its subscription",
    ),
}
