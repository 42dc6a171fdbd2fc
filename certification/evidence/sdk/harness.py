"""Speaks with a harness program (``sdkgen/HARNESS.md``): the plan as its input, its output as results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certification.evidence.sdk.keys import nonce
from certification.evidence.sdk.plan import NOW_MS
from certification.sandboxes.mock.plan import ANNOUNCEMENT
from sdkgen.api.json_text import JsonTextError, dumps_exact, loads_exact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from certification.evidence.sdk.arguments import Arguments
    from certification.evidence.sdk.plan import ExercisePlan
    from certification.evidence.sdk.stranger import Stranger
    from sdkgen.api.json_text import JsonValue

TIMEOUT_MS = 10_000
"""The client's usual time limit: long, because this machine may be busy."""

_DESCRIBE = 0
DESCRIBE_ONLY = b'{"id":0,"describe":{}}\n'
"""The input that asks a program what it is, and nothing else."""

_LINE_ENDS = {ord(end): f"\\u{ord(end):04x}" for end in "\u0085\u2028\u2029"}
"""What some languages take for the end of a line; JSON lets it be escaped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One document that came back."""

    kind: str
    """``described``, ``configured``, ``returned``, ``decoded``, ``raised``, ``refused``; ``missing`` where none came back."""
    content: JsonValue
    text: str
    """The document's line."""

    def member(self, name: str) -> JsonValue:
        """A member of the content; ``None`` where there is none."""
        return self.content.get(name) if isinstance(self.content, dict) else None

    def beside(self, name: str) -> JsonValue:
        """A member of the document beside its content, such as ``told``; ``None`` where there is none."""
        document = loads_exact(self.text) if self.text else None
        return document.get(name) if isinstance(document, dict) else None

    def failure(self) -> str:
        """What went wrong, as a person would say it."""
        message = self.member("message")
        said = f": {message}" if isinstance(message, str) and message else ""
        return f"{self.kind} {self.member('kind')}{said}" if self.kind == "raised" else f"{self.kind}{said}"


MISSING = Result(kind="missing", content=None, text="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What a harness program answered."""

    by_id: dict[int, Result]
    plan: ExercisePlan

    def described(self) -> Result:
        """What the SDK says it is."""
        return self.by_id.get(_DESCRIBE, MISSING)

    def of_lane(self, lane: int) -> Result:
        """What became of a lane's call."""
        return self.by_id.get(_call_id(lane), MISSING)

    def of_decode(self, index: int) -> Result:
        """What became of the plan's value of that index."""
        return self.by_id.get(_decode_id(self.plan, index), MISSING)


def call_document(plan: ExercisePlan, lane: int, operation: str, arguments: Arguments) -> str:
    """The line that makes a call."""
    del plan
    return dumps_exact({"id": _call_id(lane), "call": {"operation": operation, **arguments.document()}})


def documents(plan: ExercisePlan, base_url: str) -> bytes:
    """The whole input of a harness program."""
    return "".join(f"{line.translate(_LINE_ENDS)}\n" for line in _lines(plan, base_url)).encode()


def read_results(plan: ExercisePlan, output: bytes) -> Results:
    """The results in a harness program's output; lines that are no result are left out."""
    return Results(by_id=results_in(output), plan=plan)


def results_in(output: bytes) -> dict[int, Result]:
    """The results in a harness program's output by the ids of what was asked; lines that are no result are left out."""
    found: dict[int, Result] = {}
    for line in output.split(b"\n"):
        result = _result(line)
        if result is not None:
            found.setdefault(*result)
    return found


def input_of(documents: Iterable[dict[str, JsonValue]]) -> bytes:
    """The input of a harness program that asks these documents."""
    return "".join(f"{dumps_exact(document).translate(_LINE_ENDS)}\n" for document in documents).encode()


def _lines(plan: ExercisePlan, base_url: str) -> Iterator[str]:
    yield dumps_exact({"id": _DESCRIBE, "describe": {}})
    for call in plan.calls:
        yield configure_document(plan, base_url, call.lane, TIMEOUT_MS)
        yield call_document(plan, call.lane, call.operation, call.arguments)
    for error in plan.errors:
        yield configure_document(plan, base_url, error.lane, error.answer.timeout_ms or TIMEOUT_MS)
        yield call_document(plan, error.lane, error.operation, error.arguments)
    for value in plan.values:
        yield configure_document(plan, base_url, value.lane, TIMEOUT_MS)
        yield call_document(plan, value.lane, value.operation, value.arguments)
    for index, decode in enumerate(plan.decodes):
        yield dumps_exact({"id": _decode_id(plan, index), "decode": {"type": decode.type, "value": decode.value}})


def configure_document(plan: ExercisePlan, base_url: str, lane: int, timeout_ms: int) -> str:
    """The line that makes a client for a lane; its id is the call's less one."""
    return dumps_exact({"id": _call_id(lane) - 1, "configure": client_document(plan, base_url, lane, timeout_ms)})


def client_document(plan: ExercisePlan, base_url: str, lane: int, timeout_ms: int = TIMEOUT_MS) -> dict[str, JsonValue]:
    """What ``configure`` says of a client for a lane: with the plan's credentials, and a clock that stands."""
    known = plan.credentials
    signed = known is not None
    settings: dict[str, JsonValue] = {
        "base_url": f"{base_url}{plan.base_path}/~{lane}",
        "key": known.key if known is not None else None,
        "secret": known.secret if known is not None else None,
        "passphrase": known.passphrase if known is not None else None,
        "timeout_ms": timeout_ms,
        "now_ms": NOW_MS if signed else None,
        "nonce": nonce(plan.recipe, NOW_MS) if signed else None,
    }
    if plan.stranger is not None:
        settings |= _as_its_users_do(plan.stranger, settings["base_url"], base_url + plan.base_path)
    return settings


def _as_its_users_do(stranger: Stranger, lane: JsonValue, base_url: str) -> dict[str, JsonValue]:
    """A stranger's SDK is examined as its users get it: with the real clock where it has no other, and with its own repetitions."""
    settings: dict[str, JsonValue] = {"retries": None, "log": True}
    if not stranger.can("clock"):
        settings |= {"now_ms": None}
    if not stranger.can("nonce"):
        settings |= {"nonce": None}
    if not stranger.can("base_path"):
        settings |= {"base_url": base_url, "announce": f"{lane}{ANNOUNCEMENT}"}
    return settings


def _call_id(lane: int) -> int:
    return 2 * lane


def _decode_id(plan: ExercisePlan, index: int) -> int:
    return 2 * len(plan.in_lanes) + 1 + index


def _result(line: bytes) -> tuple[int, Result] | None:
    if not line.strip():
        return None
    try:
        document = loads_exact(line)
    except (JsonTextError, UnicodeDecodeError):
        return None
    if not isinstance(document, dict):
        return None
    identity = document.get("id")
    kind = next((key for key in document if key != "id"), None)
    if not isinstance(identity, int) or kind is None:
        return None
    return identity, Result(kind=kind, content=document[kind], text=line.decode())
