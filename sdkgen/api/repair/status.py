"""Repairs of an operation's answers as a whole: their list, and status codes with words in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sdkgen.api.issues import quoted
from sdkgen.api.mend import Change, Drop, Put
from sdkgen.api.pointer import join
from sdkgen.api.repair.document import at

if TYPE_CHECKING:
    from sdkgen.api.issues import IssueLog
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Pointer

_KNOWN = re.compile(r"[1-5][0-9][0-9]|[1-5]XX|default", re.IGNORECASE)
_CODE = re.compile(r"(?<![0-9A-Za-z])([1-5][0-9][0-9]|[1-5][xX*][xX*])(?![0-9A-Za-z])")
_WORDS = {
    **dict.fromkeys(("ok", "success", "successful", "succeeded"), "200"),
    **dict.fromkeys(("error", "errors", "failure", "failed", "fail", "other", "others", "any", "*", "xxx", "unexpected"), "default"),
}


def are_statuses(answers: dict[str, JsonValue]) -> bool:
    """Whether all keys are what they must be."""
    return all(_KNOWN.fullmatch(text) for text in answers)


def repair_statuses(issues: IssueLog, pointer: Pointer) -> None:
    """Answers in a list, and keys such as ``200 OK``, ``4xx/5xx`` or ``success``."""
    answers = at(issues, pointer)
    if isinstance(answers, list):
        _list(issues, pointer, answers)
        answers = at(issues, pointer)
    for text, value in list(answers.items()) if isinstance(answers, dict) else []:
        if text.startswith("x-") or _KNOWN.fullmatch(text):
            continue
        meant = _meant(text)
        known = at(issues, pointer)
        free = [status for status in meant if not (isinstance(known, dict) and status in known)]
        if free:
            changes: list[Change] = [Put(pointer=join(pointer, status), value=value) for status in free]
            message = f"{quoted(text)} is no HTTP status; it is read as {', '.join(meant)}"
            issues.mended("wrong-status", join(pointer, text), message, *changes, Drop(pointer=join(pointer, text)))


def _meant(text: str) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(code.upper().replace("*", "X") for code in _CODE.findall(text)))
    word = _WORDS.get(text.strip().lower())
    return codes or ((word,) if word else ())


def _list(issues: IssueLog, pointer: Pointer, answers: list[JsonValue]) -> None:
    """A list of answers, each with its status among its keys or as its only key."""
    found: dict[str, JsonValue] = {}
    for answer in answers:
        if not isinstance(answer, dict):
            return
        keyed = [key for key in answer if _KNOWN.fullmatch(key)]
        named = next((word for word in ("code", "status", "statusCode") if word in answer), None)
        if keyed:
            found |= {key: answer[key] for key in keyed}
        elif named is not None:
            found[str(answer[named])] = {key: value for key, value in answer.items() if key != named}
        else:
            return
    issues.mended(
        "list-of-responses", pointer, "responses must be an object of statuses; it is read as one", Put(pointer=pointer, value=found)
    )
