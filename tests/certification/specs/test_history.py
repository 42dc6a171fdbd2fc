"""Files, snapshots and the history that keeps them."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from certification.errors import CertificationError, FetchError
from certification.model import SpecSnapshot
from certification.profile import SpecSource
from certification.specs.fetch import fetch
from certification.specs.fetched import Bounds, Fetched, NotModified
from certification.specs.history import History, content_of, overlays_of, stream_overlays_of, streams_of
from certification.specs.summary import Summary, summarise
from sdkgen.errors import DescriptionError

NOW = datetime(2025, 7, 1, 12, tzinfo=UTC)
LATER = datetime(2025, 7, 2, 12, tzinfo=UTC)


def spec(version: str = "1") -> bytes:
    return f"openapi: 3.0.3\ninfo: {{title: Shop, version: '{version}'}}\npaths: {{/a: {{get: {{}}, post: {{}}}}}}\n".encode()


def fetched(version: str = "1", etag: str | None = None) -> Fetched:
    return Fetched(source="https://shop.example/spec.yaml", content=spec(version), etag=etag)


def test_a_snapshot_says_what_was_fetched(tmp_path: Path) -> None:
    snapshot = History(tmp_path).record("shop", fetched(etag='"e"'), overlays=(b"overlay",), fetched_at=NOW)
    assert (snapshot.exchange_id, snapshot.source, snapshot.digest) == ("shop", "https://shop.example/spec.yaml", fetched().digest)
    assert (snapshot.format, snapshot.title, snapshot.version, snapshot.operations) == ("openapi 3.0.3", "Shop", "1", 2)
    assert (snapshot.fetched_at, snapshot.etag) == (NOW, '"e"')
    assert content_of(snapshot) == spec()
    assert overlays_of(snapshot) == (b"overlay",)
    assert Path(snapshot.path).is_absolute()


def test_the_history_is_read_again_by_others(tmp_path: Path) -> None:
    first = History(tmp_path).record("shop", fetched("1"), fetched_at=NOW)
    second = History(tmp_path).record("shop", fetched("2"), fetched_at=LATER)
    History(tmp_path).record("other-shop", fetched("3"), fetched_at=NOW)
    assert History(tmp_path).snapshots("shop") == (first, second)
    assert History(tmp_path).latest("shop") == second
    assert History(tmp_path).latest("nobody") is None


def test_the_same_description_makes_no_new_snapshot(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.record("shop", fetched(), fetched_at=NOW)
    again = history.record("shop", fetched(etag='"new"'), fetched_at=LATER)
    assert history.snapshots("shop") == (again,)
    assert (again.etag, again.fetched_at) == ('"new"', LATER)
    history.record("shop", fetched(), overlays=(b"overlay",), fetched_at=LATER)
    assert len(history.snapshots("shop")) == 2
    history.record("shop", fetched("2"), fetched_at=LATER)
    history.record("shop", fetched("1"), fetched_at=LATER)
    assert len(history.snapshots("shop")) == 4
    assert len([path for path in (tmp_path / "objects").rglob("*") if path.is_file()]) == 3


def test_a_streams_description_is_kept_beside_and_makes_another_snapshot(tmp_path: Path) -> None:
    history = History(tmp_path)
    plain = history.record("shop", fetched(), fetched_at=NOW)
    own = Fetched(source="streams.yaml", content=b"asyncapi: 3.0.0\nchannels: {a: {}}\n", etag='"s"')
    beside = history.record("shop", fetched(), streams=own, fetched_at=LATER)
    assert history.record("shop", fetched(), streams=own, fetched_at=LATER) == beside
    assert history.snapshots("shop") == (plain, beside)
    assert (streams_of(plain), streams_of(beside)) == (None, own.content)
    assert (beside.streams_source, beside.streams_etag, beside.digest) == ("streams.yaml", '"s"', plain.digest)
    assert beside.identity() != plain.identity()
    changed = history.record("shop", fetched(), streams=Fetched(source="streams.yaml", content=b"asyncapi: 3.0.0\n"))
    assert changed.identity() not in (beside.identity(), plain.identity())


def test_overlays_of_streams_go_with_them(tmp_path: Path) -> None:
    history = History(tmp_path)
    own = Fetched(source="streams.yaml", content=b"asyncapi: 3.0.0\nchannels: {a: {}}\n")
    plain = history.record("shop", fetched(), streams=own)
    mended = history.record("shop", fetched(), streams=own, stream_overlays=(b"overlay",))
    assert stream_overlays_of(mended) == (b"overlay",)
    assert (stream_overlays_of(plain), plain.identity() != mended.identity()) == ((), True)


def test_what_is_no_description_beside_one_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(DescriptionError, match="no API description"):
        History(tmp_path).record("shop", fetched(), streams=Fetched(source="streams.yaml", content=b"a: 1\n"))
    assert History(tmp_path).snapshots("shop") == ()


def test_bytes_that_were_changed_are_not_used(tmp_path: Path) -> None:
    snapshot = History(tmp_path).record("shop", fetched(), overlays=(b"overlay",))
    Path(snapshot.path).write_bytes(b"changed")
    Path(snapshot.overlays[0]).unlink()
    with pytest.raises(CertificationError, match="not those that were recorded"):
        content_of(snapshot)
    with pytest.raises(CertificationError, match="can't be read"):
        overlays_of(snapshot)


def test_what_is_no_description_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(DescriptionError):
        History(tmp_path).record("shop", Fetched(source="x", content=b"<html>"))
    assert list(tmp_path.iterdir()) == []


def test_a_crash_while_writing_leaves_the_old_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    history = History(tmp_path)
    first = history.record("shop", fetched("1"), fetched_at=NOW)

    def crash(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(CertificationError, match="No space left on device; free space"):
        history.record("shop", fetched("2"), fetched_at=LATER)
    monkeypatch.undo()
    assert history.snapshots("shop") == (first,)
    assert not list(tmp_path.rglob(".*.*"))


def test_a_list_that_can_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "shop.json").write_text("[{]")
    with pytest.raises(CertificationError, match=r"shop\.json: can't be read"):
        History(tmp_path).latest("shop")


@pytest.mark.parametrize("exchange_id", ["../x", "Shop", "", "a/b", "x" * 90, ".lock"])
def test_what_is_no_exchange_id_is_no_file_name(tmp_path: Path, exchange_id: str) -> None:
    with pytest.raises(CertificationError, match="is no exchange id"):
        History(tmp_path).latest(exchange_id)


def test_several_may_record_at_once(tmp_path: Path) -> None:
    made: list[SpecSnapshot] = []
    threads = [threading.Thread(target=lambda n=n: made.append(History(tmp_path).record("shop", fetched(str(n))))) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {snapshot.version for snapshot in History(tmp_path).snapshots("shop")} == {str(n) for n in range(8)}
    assert len(made) == 8


def test_a_file_is_fetched_once_as_long_as_it_does_not_change(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_bytes(spec())
    source, history = SpecSource(file="spec.yaml"), History(tmp_path / "history")
    first = fetch(source, folder=tmp_path)
    assert first == Fetched(source=str(tmp_path / "spec.yaml"), content=spec())
    assert isinstance(first, Fetched)
    snapshot = history.record("shop", first)
    assert fetch(source, folder=tmp_path, previous=snapshot) == NotModified(source=str(tmp_path / "spec.yaml"))
    (tmp_path / "spec.yaml").write_bytes(spec("2"))
    assert isinstance(fetch(source, folder=tmp_path, previous=snapshot), Fetched)


@pytest.mark.parametrize(
    ("file", "message"), [("gone.yaml", "there is no such file"), (".", "can't be read"), ("big.yaml", "larger than 5 bytes")]
)
def test_a_file_that_can_not_be_used_is_one_clear_line(tmp_path: Path, file: str, message: str) -> None:
    (tmp_path / "big.yaml").write_bytes(b"123456")
    with pytest.raises(FetchError, match=message):
        fetch(SpecSource(file=file), folder=tmp_path, bounds=Bounds(max_bytes=5))


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        (
            b"swagger: '2.0'\ninfo: {title: Old, version: 2}\npaths: {}",
            Summary(format="swagger 2.0", title="Old", version="2", operations=0),
        ),
        (b"asyncapi: 3.0.0\noperations: {a: {}, b: {}}", Summary(format="asyncapi 3.0.0", title="", version="", operations=2)),
        (
            b"asyncapi: 2.6.0\nchannels: {x: {publish: {}, subscribe: {}}, y: {subscribe: {}}}",
            Summary(format="asyncapi 2.6.0", title="", version="", operations=3),
        ),
        (b"asyncapi: 2.6.0", Summary(format="asyncapi 2.6.0", title="", version="", operations=0)),
    ],
)
def test_a_summary_of_every_kind_of_description(text: bytes, summary: Summary) -> None:
    assert summarise(text, source="x") == summary


def test_other_documents_have_no_summary() -> None:
    with pytest.raises(DescriptionError, match="no API description"):
        summarise(b"name: x", source="x")
