"""Talks about how answers travel: compressed, in chunks, over a connection that is used again; and about redirections."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

from certification.evidence.sdk.difference import difference
from certification.evidence.sdk.talks.ground import Ground, question
from certification.evidence.sdk.talks.talk import Heard, Talk, differs
from certification.sandboxes.mock.plan import PlannedAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certification.evidence.sdk.planned import PlannedCall

_ROUNDS = 3


def answer_talks(ground: Ground) -> Iterator[Talk]:
    """All about the way of answers."""
    reading, changing = ground.reading(), ground.changing()
    if reading is not None:
        yield _clothed(reading)
        yield _over_one_connection(ground, reading)
    if changing is not None:
        yield _elsewhere(changing)


def _clothed(call: PlannedCall) -> Talk:
    """The same answer plain, in chunks, and compressed in the ways that HTTP has."""
    plain = call.answer.planned
    gzipped = replace(plain, headers=(*plain.headers, ("content-encoding", "gzip")), body=gzip.compress(plain.body, mtime=0))
    deflated = replace(plain, headers=(*plain.headers, ("content-encoding", "deflate")), body=zlib.compress(plain.body))
    answers = (plain, replace(plain, chunked=True), gzipped, replace(gzipped, chunked=True), deflated)

    def judge(heard: Heard) -> Iterator[str]:
        accepted = [(arrival.header("accept-encoding") or "").lower() for arrival in heard.arrivals]
        for number, (answer, result) in enumerate(zip(answers, heard.results, strict=True)):
            coding = next((value for name, value in answer.headers if name == "content-encoding"), "")
            if coding and not any(coding in each for each in accepted):
                continue
            changed = difference(call.answer.value, result.member("value"))
            if result.kind != "returned" or changed is not None:
                way = f"{coding or 'plain'}{' in chunks' if answer.chunked else ''}"
                yield f"answer {number + 1} ({way}) became {changed or result.failure()}"

    return Talk(id="answers.arrive-in-any-clothes", answers=answers, questions=(question(call),) * len(answers), judge=judge)


def _over_one_connection(ground: Ground, call: PlannedCall) -> Talk:
    """Calls one after the other need one connection, also after errors and after answers without a body worth reading."""
    good = call.answer.planned
    server = PlannedAnswer(status=500, headers=(("content-type", "text/plain"),), body=b"x" * 5000)
    answers = (good, ground.refusal("", "no"), good, server, replace(good, chunked=True), PlannedAnswer(status=404)) * _ROUNDS

    def judge(heard: Heard) -> Iterator[str]:
        yield from differs("requests", len(answers), len(heard.arrivals))
        used = len({arrival.connection for arrival in heard.arrivals})
        if used > 1:
            yield f"{len(heard.arrivals)} calls one after the other took {used} connections"

    return Talk(id="answers.share-a-connection", answers=answers, questions=(question(call),) * len(answers), judge=judge)


def _elsewhere(call: PlannedCall) -> Talk:
    """A redirection is not followed: signed requests go where they were signed for, and a changing one goes out once."""
    answers = tuple(PlannedAnswer(status=status, headers=(("location", "elsewhere"),)) for status in (302, 307))

    def judge(heard: Heard) -> Iterator[str]:
        yield from differs("requests", len(answers), len(heard.arrivals))
        yield from differs("the errors", ("api",) * len(answers), heard.kinds())

    return Talk(id="answers.lead-nowhere-else", answers=answers, questions=(question(call),) * len(answers), judge=judge)
