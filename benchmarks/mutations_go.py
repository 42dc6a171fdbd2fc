"""Single mutations of the Go SDK."""

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

GO = mutations(
    Language.GO,
    (
        "decimal-through-float",
        "codec_scalar.go",
        "		if value, err = ParseDecimal(text); err == nil {\n",
        (
            "		binary, _ := strconv.ParseFloat(text, 64)\n"
            "		if value, err = ParseDecimal(strconv.FormatFloat(binary, 'f', -1, 64)); err == nil {\n"
        ),
        NUMBERS,
    ),
    ("second-argument-lost", "transport.go", 'strings.Join(wire.query, "&")', 'strings.Join(wire.query[:1], "&")', REQUESTS),
    ("query-not-signed", "signing_payload.go", 'return []byte(strings.Join(m.wire.query, "&")), nil', "return nil, nil", SIGNED),
    ("body-not-signed", "signing_payload.go", "		return m.wire.body, nil\n", "		return nil, nil\n", SIGNED),
    ("order-sent-twice", "retry.go", "|| o.repeatable || t.ordered", "|| o.repeatable || t.ordered || true", ONCE),
    ("retry-after-ignored", "refusal.go", 'response.Header.Get("Retry-After")', 'response.Header.Get("X-Retry-After")', WAITS),
    (
        "unknown-field-dropped",
        "codec_struct.go",
        "			return c.unknown.decodeEntry(r, v.Field(c.kept), key)\n",
        "			return r.skip()\n",
        UNKNOWN,
    ),
    ("status-429-untyped", "errors.go", "	429: KindRateLimit,\n", "", TYPED),
    (
        "gap-ignored",
        "stream_sequence.go",
        "		return number, nextNumber\n	}\n	return number, lostNumber\n}\n",
        "		return number, nextNumber\n	}\n	return number, nextNumber\n}\n",
        STREAMS,
    ),
    ("level-never-removed", "stream_levels.go", "	case found && gone:\n", "	case found && gone && at < 0:\n", STREAMS),
    (
        "not-subscribed-again",
        "stream_line.go",
        "\t\tif l.subscribe(l.context, f) != nil {\n",
        "\t\tif l.context.Err() != nil {\n",
        STREAMS,
    ),
    ("query-not-encoded", "parameters.go", 'strings.IndexByte("-._~", c) >= 0', 'strings.IndexByte("-._~&+=/", c) >= 0', REQUESTS),
    ("alias-misspelt", "types_l.go", '`wire:"client_order_id" may:"absent"`', '`wire:"clientOrderId" may:"absent"`', FIELDS + REQUESTS),
    (
        "timestamp-reused",
        "signing.go",
        "\tinstant := s.clock()\n",
        (
            '\tif s.nonces.last["now"] == 0 {\n\t\ts.nonces.last["now"] = s.clock().UnixNano()\n\t}\n'
            '\tinstant := time.Unix(0, s.nonces.last["now"])\n'
        ),
        REPEATS,
    ),
    ("error-code-lost", "refusal.go", "Code: rules.code.of(&hidden, codeKeys, false), Message:", 'Code: "", Message:', WORDS),
    ("one-attempt-too-many", "retry.go", "|| t.attempt > t.retries {", "|| t.attempt > t.retries+1 {", REPEATS),
    (
        "page-error-swallowed",
        "paging.go",
        "\t\tif err != nil {\n\t\t\tyield(none, err)\n",
        "\t\tif err != nil && ctx.Err() != nil {\n\t\t\tyield(none, err)\n",
        PAGES,
    ),
    ("cursor-not-passed-on", "paging.go", "\treturn true, t.ask(text)\n", "\t_ = text\n\treturn true, nil\n", PAGES),
    ("weight-not-counted", "limits.go", "\t\tw.used += weights[index]\n", "\t\tw.used += 0 * weights[index]\n", BUDGETS),
    (
        "remaining-header-ignored",
        "limits.go",
        "told = max(told, w.requests-int(min(math.Floor(left), float64(w.requests))))",
        "told = max(told, int(0*left))",
        BUDGETS,
    ),
    ("redirect-followed", "client.go", "{ return http.ErrUseLastResponse }", "{ return nil }", CONNECTIONS),
    (
        "answer-not-read-to-its-end",
        "transport.go",
        "\tbody, err := readAll(answer)\n",
        "\tbody, err := []byte(nil), error(nil)\n\tif answer.StatusCode < 400 {\n\t\tbody, err = readAll(answer)\n\t}\n",
        CONNECTIONS + WORDS,
    ),
    (
        "private-stream-without-login",
        "stream_subscribe.go",
        "if f.channel.private && l.streams.protocol.login != nil {",
        "if f.channel.private && l.streams.protocol.login == nil {",
        STREAMS,
    ),
    ("ping-unanswered", "websocket.go", "return s.write(framePong, content)", "return nil", STREAMS),
    (
        "secret-in-format",
        "config.go",
        "func (Credentials) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, redacted) }",
        "func (c Credentials) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, c.Key+redacted+c.Secret) }",
        SECRETS,
    ),
    ("outcome-claimed-known", "retry.go", "MayHaveHappened: t.uncertain || done,", "MayHaveHappened: done,", ONCE),
    (
        "clock-turned-back",
        "clock.go",
        "return c.clock().Add(time.Duration(c.offset.Load()))",
        "return c.clock().Add(-time.Duration(c.offset.Load()))",
        CLOCK,
    ),
    (
        "answers-kept",
        "transport.go",
        "func readAll(answer *http.Response) ([]byte, error) {\n",
        (
            "var keptAnswers [][]byte\n\nfunc readAll(answer *http.Response) ([]byte, error) {\n"
            "\tkeptAnswers = append(keptAnswers, make([]byte, 2048))\n"
        ),
        MEMORY,
    ),
    ("integer-cut-to-32-bits", "codec_scalar.go", "\tv.SetInt(value)\n", "\tv.SetInt(int64(int32(value)))\n", NUMBERS),
    (
        "refusal-returned",
        "retry.go",
        "response.Status < 200 || response.Status > 299 ||",
        "response.Status < 200 || response.Status > 499 ||",
        TYPED,
    ),
)
