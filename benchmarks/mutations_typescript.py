"""Single mutations of the TypeScript SDK."""

from __future__ import annotations

from benchmarks.mutation import (
    BUDGETS,
    CLOCK,
    CONNECTIONS,
    FIELDS,
    MEMORY,
    NUMBERS,
    ONCE,
    PAGES,
    REPEATS,
    REQUESTS,
    SECRETS,
    SIGNED,
    STREAMS,
    TYPED,
    UNKNOWN,
    WAITS,
    WORDS,
    mutations,
)
from sdkgen.language import Language

TYPESCRIPT = mutations(
    Language.TYPESCRIPT,
    (
        "number-through-float",
        "json.ts",
        "return decimalOf(source.slice(start, end));",
        "return decimalOf(String(Number(source.slice(start, end))));",
        NUMBERS,
    ),
    ("second-argument-lost", "wire.ts", '=> `${name}=${value}`).join("&");', '=> `${name}=${value}`).slice(0, 1).join("&");', REQUESTS),
    ("query-not-signed", "scene.ts", "return this.#draft.query();", 'return "";', SIGNED),
    ("order-sent-twice", "send.ts", '"unknown" && call.repeatable)', '"unknown" && call.id !== "")', ONCE),
    ("retry-after-ignored", "failure.ts", 'answer.get("retry-after")', 'answer.get("x-retry-after")', WAITS),
    (
        "unknown-field-dropped",
        "objects.ts",
        "if (extra !== undefined) decoded[this.#extra] = extra;",
        "if (extra !== undefined && extra.size > 99) decoded[this.#extra] = extra;",
        UNKNOWN,
    ),
    ("status-429-untyped", "errors.ts", "  [429, RateLimitError],\n", "", TYPED),
    (
        "gap-ignored",
        "book.ts",
        "return sequence === last + 1n;",
        "return newer;",
        STREAMS,
    ),
    ("level-never-removed", "book.ts", "    if (isZero(quantity)) {\n", "    if (isZero(quantity) && isZero(price)) {\n", STREAMS),
    (
        "not-subscribed-again",
        "connection.ts",
        "await Promise.all([...this.#topics.values()].map((topic) => this.#subscribe(topic)));",
        'await Promise.all([...this.#topics.values()].filter((topic) => topic.state !== "again").map((topic) => this.#subscribe(topic)));',
        STREAMS,
    ),
    (
        "query-not-encoded",
        "wire.ts",
        "const encodedText = (value: JsonValue): string => percentEncoded(plainText(value));",
        "const encodedText = (value: JsonValue): string => plainText(value);",
        REQUESTS,
    ),
    (
        "alias-misspelt",
        "models.ts",
        '["clientOrderId", newClientOrderIdCodec, 0, "client_order_id"]',
        '["clientOrderId", newClientOrderIdCodec, 0, "clientorder_id"]',
        FIELDS + REQUESTS,
    ),
    (
        "timestamp-reused",
        "signing.ts",
        "    return BigInt(Math.trunc(this.#now()));\n",
        (
            "    const made = this.#nonces as Map<string, bigint>;\n"
            '    if (!made.has("now")) made.set("now", BigInt(Math.trunc(this.#now())));\n'
            '    return made.get("now") as bigint;\n'
        ),
        REPEATS,
    ),
    (
        "error-code-lost",
        "failure.ts",
        "      status: answer.status,\n      code,\n",
        "      status: answer.status,\n      code: null,\n",
        WORDS,
    ),
    ("one-attempt-too-many", "send.ts", "progress.attempts > retries ||", "progress.attempts > retries + 1 ||", REPEATS),
    (
        "last-page-lost",
        "paging.ts",
        "    yield* items;\n",
        '    if (paging.kind !== "cursor" || cursor(page, headers, paging) !== "") yield* items;\n',
        PAGES,
    ),
    (
        "cursor-not-passed-on",
        "paging.ts",
        "    next = following(paging, mark, items, next);\n    asked = placed(args, paging.argument, next);\n",
        "    next = following(paging, mark, items, next);\n    asked = args;\n",
        PAGES,
    ),
    ("weight-not-counted", "limits.ts", "      window.used += weight;\n", "      window.used += 0;\n", BUDGETS),
    (
        "remaining-header-ignored",
        "limits.ts",
        "remaining === undefined ? 0 : limit.requests - Math.floor(remaining)",
        "remaining === undefined ? 0 : 0",
        BUDGETS,
    ),
    (
        "clock-turned-back",
        "core.ts",
        "(this.#options.now ?? Date.now)() + this.#clockOffsetMs",
        "(this.#options.now ?? Date.now)() - this.#clockOffsetMs",
        CLOCK,
    ),
    ("connection-for-each-call", "nodehttp.ts", "new http.Agent({ keepAlive: true,", "new http.Agent({ keepAlive: false,", CONNECTIONS),
    (
        "secret-in-errors",
        "failure.ts",
        "    const body = hidden(new TextDecoder().decode(bytes), this.#secrets);\n",
        "    const body = new TextDecoder().decode(bytes);\n",
        SECRETS,
    ),
    (
        "private-stream-without-login",
        "connection.ts",
        "        if (table.private === true) await this.#loggedIn();\n",
        "        if (table.private === true && again) await this.#loggedIn();\n",
        STREAMS,
    ),
    (
        "unsubscription-forgotten",
        "connection.ts",
        "    this.#unsubscribe(topic);\n    if (this.#idle())",
        "    if (this.#idle())",
        STREAMS,
    ),
    (
        "outcome-claimed-known",
        "send.ts",
        'progress.mayHaveHappened ||= outcome === "unknown" || (error instanceof DecodeError && answered);',
        'progress.mayHaveHappened ||= outcome === "unknown" && error instanceof DecodeError && answered;',
        ONCE,
    ),
    (
        "answers-kept",
        "send.ts",
        "      value = job.read(begun.head as Head, bytes);\n",
        (
            "      value = job.read(begun.head as Head, bytes);\n      const all = globalThis as { kept?: string[] };\n"
            "      (all.kept ??= []).push(new TextDecoder().decode(bytes));\n"
        ),
        MEMORY,
    ),
    (
        "told-twice",
        "connection.ts",
        "for (const listener of topic.listeners) listener.heard(document);\n  }",
        "for (const listener of [...topic.listeners, ...topic.listeners]) listener.heard(document);\n  }",
        STREAMS,
    ),
)
