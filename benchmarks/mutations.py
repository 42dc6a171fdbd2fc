"""Single mutations of generated SDKs, as data: what is changed where, and which checks may find it."""

from __future__ import annotations

from dataclasses import dataclass

from sdkgen.language import Language

_NUMBERS = ("values.numbers_stay_exact", "values.generated_values_survive", "wire.answers_reach_the_caller_unchanged")
_REQUESTS = ("wire.requests_match_the_description", "wire.signatures_verify")
_SIGNED = ("wire.signatures_verify",)
_ONCE = ("errors.no_call_is_sent_twice", "trading.orders_placed_through_the_sdk_are_whole")
_WAITS = ("errors.error_statuses_become_typed_errors", "trading.rate_limits_are_honoured_by_the_sdk")
_UNKNOWN = ("values.what_is_unknown_is_kept",)
_TYPED = ("errors.error_statuses_become_typed_errors",)
_STREAMS = ("trading.streams_survive_in_the_sdk",)
_DAMAGED = ("errors.damaged_answers_become_typed_errors",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """One change of one file."""

    name: str
    language: Language
    file: str
    """The name of the file in the SDK; where that does not hold the text (any more), the one file that does."""
    before: str
    """Stands there exactly once."""
    after: str
    found_by: tuple[str, ...]
    """The checks that ask what this breaks; one of them must find it."""


def _python(name: str, file: str, before: str, after: str, found_by: tuple[str, ...]) -> Mutation:
    return Mutation(name=f"python-{name}", language=Language.PYTHON, file=file, before=before, after=after, found_by=found_by)


def _typescript(name: str, file: str, before: str, after: str, found_by: tuple[str, ...]) -> Mutation:
    return Mutation(name=f"typescript-{name}", language=Language.TYPESCRIPT, file=file, before=before, after=after, found_by=found_by)


def _go(name: str, file: str, before: str, after: str, found_by: tuple[str, ...]) -> Mutation:
    return Mutation(name=f"go-{name}", language=Language.GO, file=file, before=before, after=after, found_by=found_by)


MUTATIONS = (
    _python("decimal-through-float", "jsontext.py", "parse_float=Decimal", "parse_float=lambda text: Decimal(repr(float(text)))", _NUMBERS),
    _python("integer-through-float", "jsontext.py", "else int(text)", "else int(float(text))", _NUMBERS),
    _python("second-argument-lost", "draft.py", 'return "&".join(self.query)', 'return "&".join(self.query[:1])', _REQUESTS),
    _python("query-not-signed", "signing.py", "return draft.query_text().encode()", 'return b""', _SIGNED),
    _python("body-not-signed", "signing.py", "            return draft.content()\n", '            return b""\n', _SIGNED),
    _python("order-sent-twice", "retry.py", "            return repeatable\n", "            return True\n", _ONCE),
    _python("retry-after-ignored", "answer.py", 'answer.headers.get("retry-after", "")', 'answer.headers.get("x-retry-after", "")', _WAITS),
    _python("unknown-field-dropped", "model.py", "others[key] = cls.further_.codec.read_(raw)", "cls.further_.codec.read_(raw)", _UNKNOWN),
    _python("status-429-untyped", "errors.py", "    429: RateLimitError,\n", "", _TYPED),
    _python("gap-ignored", "book.py", "return number == last + 1", "return number > last", _STREAMS),
    _python("level-never-removed", "book.py", "        if quantity:\n", "        if quantity >= 0:\n", _STREAMS),
    _typescript(
        "number-through-float",
        "json.ts",
        "return decimalOf(source.slice(start, end));",
        "return decimalOf(String(Number(source.slice(start, end))));",
        _NUMBERS,
    ),
    _typescript(
        "second-argument-lost", "wire.ts", '=> `${name}=${value}`).join("&");', '=> `${name}=${value}`).slice(0, 1).join("&");', _REQUESTS
    ),
    _typescript("query-not-signed", "scene.ts", "return this.#draft.query();", 'return "";', _SIGNED),
    _typescript("order-sent-twice", "send.ts", '"unknown" && call.repeatable)', '"unknown" && call.id !== "")', _ONCE),
    _typescript("retry-after-ignored", "failure.ts", 'answer.get("retry-after")', 'answer.get("x-retry-after")', _WAITS),
    _typescript(
        "unknown-field-dropped",
        "objects.ts",
        "if (extra !== undefined) decoded[this.#extra] = extra;",
        "if (extra !== undefined && extra.size > 99) decoded[this.#extra] = extra;",
        _UNKNOWN,
    ),
    _typescript("status-429-untyped", "errors.ts", "  [429, RateLimitError],\n", "", _TYPED),
    _typescript(
        "gap-ignored",
        "book.ts",
        "return sequence === last + 1n;",
        "return newer;",
        _STREAMS,
    ),
    _typescript(
        "level-never-removed", "book.ts", "    if (isZero(quantity)) {\n", "    if (isZero(quantity) && isZero(price)) {\n", _STREAMS
    ),
    _typescript(
        "not-subscribed-again",
        "connection.ts",
        "await Promise.all([...this.#topics.values()].map((topic) => this.#subscribe(topic)));",
        'await Promise.all([...this.#topics.values()].filter((topic) => topic.state !== "again").map((topic) => this.#subscribe(topic)));',
        _STREAMS,
    ),
    _go(
        "decimal-through-float",
        "codec_scalar.go",
        "		if value, err = ParseDecimal(text); err == nil {\n",
        "		binary, _ := strconv.ParseFloat(text, 64)\n"
        "		if value, err = ParseDecimal(strconv.FormatFloat(binary, 'f', -1, 64)); err == nil {\n",
        _NUMBERS,
    ),
    _go("second-argument-lost", "transport.go", 'strings.Join(wire.query, "&")', 'strings.Join(wire.query[:1], "&")', _REQUESTS),
    _go("query-not-signed", "signing_payload.go", 'return []byte(strings.Join(m.wire.query, "&")), nil', "return nil, nil", _SIGNED),
    _go("body-not-signed", "signing_payload.go", "		return m.wire.body, nil\n", "		return nil, nil\n", _SIGNED),
    _go("order-sent-twice", "retry.go", "|| o.repeatable || t.ordered", "|| o.repeatable || t.ordered || true", _ONCE),
    _go("retry-after-ignored", "refusal.go", 'response.Header.Get("Retry-After")', 'response.Header.Get("X-Retry-After")', _WAITS),
    _go(
        "unknown-field-dropped",
        "codec_struct.go",
        "			return c.unknown.decodeEntry(r, v.Field(c.kept), key)\n",
        "			return r.skip()\n",
        _UNKNOWN,
    ),
    _go("status-429-untyped", "errors.go", "	429: KindRateLimit,\n", "", _TYPED),
    _go(
        "gap-ignored",
        "stream_sequence.go",
        "		return number, nextNumber\n	}\n	return number, lostNumber\n}\n",
        "		return number, nextNumber\n	}\n	return number, nextNumber\n}\n",
        _STREAMS,
    ),
    _go("level-never-removed", "stream_levels.go", "	case found && gone:\n", "	case found && gone && at < 0:\n", _STREAMS),
)
"""At least ten for each language."""
