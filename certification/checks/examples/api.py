"""Examples of checks of the contract and of who may call."""

from __future__ import annotations

from certification.checks.examples.example import Example

API = {
    "others.fills_are_hidden": Example(
        does="Anybody who knows an order's id can list its fills.",
        says="listFills: the fills of another account's order were told",
    ),
    "others.statements_are_hidden": Example(
        does="Anybody who knows an account's id can read its statement.",
        says="listLedger: 100 entries of another account's statement were told",
    ),
    "signatures.they_cover_the_method": Example(
        does="A signature that was made for GET is taken for every method.",
        says="cancelOrder: a call signed for another method was accepted with 200",
    ),
    "signatures.they_cover_the_time": Example(
        does="A signature that was made without the timestamp, as an older version asked for, is still taken.",
        says="listAccounts: a call whose signature leaves out when it was made was accepted with 200",
    ),
    "signatures.they_cover_the_query": Example(
        does="A signature that was made without the query is taken too.",
        says="listOrders: a call whose signature leaves out its query was accepted with 200",
    ),
    "signatures.they_cover_the_body": Example(
        does="A signature that was made without the body is taken too.",
        says="placeOrder: a call whose signature leaves out its body was accepted with 200",
    ),
    "signatures.they_are_compared_exactly": Example(
        does="A signature in other letter case is taken.",
        says="listAccounts: a call with its signature in another case was accepted with 200",
    ),
    "signatures.passphrases_are_compared": Example(
        does="Any passphrase is taken.",
        says="listAccounts: a call with a wrong passphrase was accepted with 200",
    ),
    "signatures.they_count_for_one_request": Example(
        does="A signature that was right once is taken again with another query.",
        says="listFills: a call with the signature of another one was accepted with 200",
    ),
    "signatures.refusals_tell_none": Example(
        does="A refusal says which signature was expected.",
        says="listAccounts: the refusal of a wrong signature tells the right one",
    ),
    "authentication.signatures_keep_to_their_path": Example(
        does="A signature that was made for another path is taken.",
        says="BalanceEx: a call signed for another path was accepted with 200",
    ),
    "authentication.unsigned_fields_change_nothing": Example(
        does="Fields of the unsigned query replace those of the signed body.",
        says="AddOrder: an order signed for 0.01 is one for 0.02, as its unsigned query says",
    ),
    "authentication.timestamps_are_signed": Example(
        does="The timestamp of a signed request may be changed.",
        says="listBalances: a call whose timestamp was changed after it was signed was accepted with 200",
    ),
    "authentication.refused_calls_change_nothing": Example(
        does="An order with a wrong signature is refused, and placed all the same.",
        says="placeOrder: an order that was refused rests all the same (1 in the list of open orders that nobody was given)",
    ),
    "contract.answers_keep_their_described_shape": Example(
        does="A price is sent as a JSON number where a string is described.",
        says="getTicker: Response violates schema: 59995 is not valid under any of the schemas listed in the 'anyOf' keyword",
        fault="wrong-type",
    ),
    "contract.no_undocumented_status": Example(
        does="A list is answered with 202, and the description knows 200 alone.",
        says="listOpenOrders: Undocumented status code: Received: 202 Documented: 200, 400, 401, 404, 429",
        fault="undocumented-status",
    ),
    "contract.no_server_error": Example(
        does="An order that is not there is answered with 500 where 404 belongs.",
        says="getOrder: Server error",
        fault="server-error",
    ),
    "contract.content_types_as_described": Example(
        does="JSON is sent as text/plain.",
        says="listInstruments: Undocumented Content-Type: Received: text/plain; charset=utf-8 Documented: application/json",
        fault="undocumented-content-type",
    ),
    "contract.headers_as_described": Example(
        does="An answer lacks a header that the description requires.",
        says="getFees: Missing required response headers: The following required headers are missing from the response: - "
        "`X-RateLimit-Remaining`",
        fault="missing-rate-limit-header",
    ),
    "contract.unsupported_methods_are_refused": Example(
        does="TRACE is answered as if it were GET.",
        says="getTime: Wrong response to undeclared method: Unsupported method TRACE returned 200, expected 405 Method Not Allowed",
        fault="methods-not-limited",
    ),
    "contract.invalid_requests_are_rejected": Example(
        does="A limit of 501 is taken, though the most is 500.",
        says="getCandles: API accepted schema-violating request: Invalid data should have been rejected: parameter `limit` was '501' "
        "(Value greater than maximum), and the answer has the status 200",
        fault="invalid-requests-accepted",
    ),
    "contract.valid_requests_are_accepted": Example(
        does="A client order id of 36 characters is refused with 400, though 64 are described.",
        says="placeOrder: Schema-valid request rejected: Valid data should have been accepted",
    ),
    "contract.missing_credentials_are_refused": Example(
        does="A private operation answers calls without any credentials.",
        says="listBalances: API accepts requests without authentication: Expected 401 or 403, got `200 OK` for `GET /v1/balances`",
        fault="unsigned-accepted",
    ),
    "contract.objects_of_others_are_hidden": Example(
        does="The second account reads an order of the first by its id.",
        says="getOrder: Object-level authorization bypass: `second` received the `order` that `first` owns",
        fault="other-account-order-readable",
    ),
    "contract.deleted_things_are_gone": Example(
        does="A listen key that was deleted can still be renewed.",
        says="renewListenKey: Deleted resource still available: The API did not return a `HTTP 404 Not Found` response "
        "(got `HTTP 200 OK`) for a resource that was previously deleted",
    ),
    "contract.created_things_are_there": Example(
        does="An order that was just placed is not found for a second.",
        says="getOrder: Created resource not found: The API returned `404 Not Found` for a resource that was just created",
    ),
    "contract.no_other_promise_is_broken": Example(
        does="The tester of a later version finds a promise broken that this standard has no name for.",
        says="getTime: Custom check failed: a promise that only that version knows",
    ),
    "contract.every_operation_is_exercised": Example(
        does="An operation's required parameter can't be made, so the test never calls it: not observed, and so no pass.",
        says="cancelAll: the operation was not called",
    ),
    "contract.accepted_calls_prove_the_test_was_not_vacuous": Example(
        does="Most calls are refused, because the test account owns nothing to trade with.",
        says="api: 5 of 18 operations accepted a call; 96 of 1127 calls were accepted",
    ),
    "authentication.unsigned_calls_are_refused": Example(
        does="A call without a signature is answered.",
        says="listBalances: a call without any signature was accepted with 200",
        fault="unsigned-accepted",
    ),
    "authentication.wrong_signatures_are_refused": Example(
        does="Any signature will do.",
        says="listBalances: a call with a wrong signature was accepted with 200",
        fault="wrong-signature-accepted",
    ),
    "authentication.changed_requests_are_refused": Example(
        does="The body is not part of what is signed, so it may change on the way.",
        says="placeOrder: a call changed after it was signed was accepted with 201",
        fault="tampered-body-accepted",
    ),
    "authentication.stale_requests_are_refused": Example(
        does="The timestamp is never compared with the clock.",
        says="listBalances: a call signed 15 minutes ago was accepted with 200",
        fault="stale-timestamp-accepted",
    ),
    "authentication.future_requests_are_refused": Example(
        does="Only timestamps that are too old are refused.",
        says="listBalances: a call dated 15 minutes ahead was accepted with 200",
        fault="future-timestamp-accepted",
    ),
    "authentication.empty_signatures_are_refused": Example(
        does="A signature that is there but empty counts as right.",
        says="listBalances: a call with an empty signature was accepted with 200",
        fault="empty-signature-accepted",
    ),
    "authentication.keys_alone_are_refused": Example(
        does="A known key is enough; a signature that is missing is not missed.",
        says="listBalances: a call without its signature was accepted with 200",
        fault="unsigned-accepted",
    ),
    "authentication.keys_are_compared_exactly": Example(
        does="Keys are looked up without regard to upper and lower case.",
        says="listBalances: a call with its key in another case was accepted with 200",
    ),
    "authentication.signatures_of_others_are_refused": Example(
        does="A signature is taken that any customer's secret makes.",
        says="listBalances: a call signed with another account's secret was accepted with 200",
        fault="other-secret-accepted",
    ),
    "authentication.windows_are_signed": Example(
        does="The time window of a request may be made longer on its way.",
        says="listBalances: a call whose window was changed after it was signed was accepted with 200",
        fault="tampered-window-accepted",
    ),
    "authentication.read_only_keys_cannot_trade": Example(
        does="The permissions of a key are shown in the account's settings, and never asked for.",
        says="placeOrder: a key that may only read placed an order",
        fault="permissions-ignored",
    ),
    "authentication.orders_of_others_are_hidden": Example(
        does="An order is found by its id, whoever asks.",
        says="getOrder: another account's order was readable by its id",
        fault="other-account-order-readable",
    ),
    "authentication.lists_of_others_are_hidden": Example(
        does="A filter of the list of fills replaces that of the account.",
        says="listFills: order 9007199254741953 stands in the fills of two accounts",
    ),
    "authentication.orders_of_others_are_untouchable": Example(
        does="An order is cancelled by its id, whoever asks.",
        says="cancelOrder: another account's order could be cancelled (other account cancels it)",
        fault="other-account-order-cancellable",
    ),
    "limits.the_clock_moves": Example(
        does="The time comes from a cache that nobody renews.",
        says="getTime: the clock stood at 1795381415713 and 1795381415713",
        fault="time-not-advancing",
    ),
    "limits.the_documented_limit_is_enforced": Example(
        does="20 calls a second are documented, and hundreds are answered.",
        says="getTime: 30 calls in a row were all accepted, more than the documented budget",
        fault="rate-limit-not-enforced",
    ),
    "limits.the_documented_budget_is_granted": Example(
        does="20 calls a second are documented, and the eleventh is refused.",
        says="getTime: after 10 of a documented 20 in 1 s, calls were throttled",
    ),
    "limits.throttled_answers_say_when_to_retry": Example(
        does="A 429 comes without Retry-After.",
        says="getTime: a throttled answer has no Retry-After",
        fault="missing-retry-after",
    ),
    "limits.counters_count": Example(
        does="X-RateLimit-Remaining says the same after each call.",
        says="getTime: the counter fell 0 times over 20 calls",
        fault="wrong-remaining-counter",
    ),
    "limits.counters_of_keys_count": Example(
        does="A header tells that a key has used 1 after each call.",
        says="getFills: the key's counter moved by 0 over 201 calls, until one was refused",
    ),
    "limits.keys_are_held_to_their_budget": Example(
        does="A key's budget is documented and never looked at.",
        says="getFills: a weight of 802 was used where 460 are documented, and no call was refused",
    ),
    "limits.keys_are_granted_their_budget": Example(
        does="A call counts ten times as much as is documented.",
        says="getFills: after 40 of a documented 400 a key's calls were refused",
    ),
    "limits.keys_have_budgets_of_their_own": Example(
        does="All keys share one counter, so that any client can shut all others out.",
        says="getFills: 10 calls of another key were refused as too many (429)",
    ),
    "limits.budgets_of_keys_come_back": Example(
        does="Refused calls count, so that who tries again never gets in.",
        says="getFills: after the documented wait 0 of 15 calls were let in (429)",
    ),
    "limits.calls_over_the_limit_do_nothing": Example(
        does="An order over the limit is answered with 429, and placed.",
        says="placeOrder: an order that was refused rests all the same (1 in the list of open orders that nobody was given)",
    ),
}
