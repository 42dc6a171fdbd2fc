from __future__ import annotations

import dataclasses
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import canonical, codec
from reports.checkpoint import read_checkpoint
from reports.errors import LogError, LogProofError, MalformedError, VerificationError
from reports.keys import Algorithm
from reports.log import Log, LogEntry, check_inclusion, parse_proof
from reports.merkle import consistency_proof, consistent, included, inclusion_proof, leaf_hash, root_of
from reports.signers import KeyRing, open_keys, rotate_keys
from tests.simulators.certified_run import NOW, STARTED

# the inputs and roots that Certificate Transparency's own implementations test with
LEAVES = [
    bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("size", ROOTS)
def test_roots_are_those_of_rfc_6962(size: int) -> None:
    assert root_of([leaf_hash(leaf) for leaf in LEAVES[:size]]).hex() == ROOTS[size]


def hashes(size: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(size)]


@given(st.integers(1, 70), st.data())
def test_every_entry_can_be_proved_and_no_other(size: int, data: st.DataObject) -> None:
    leaves = hashes(size)
    index = data.draw(st.integers(0, size - 1))
    proof, root = inclusion_proof(leaves, index), root_of(leaves)

    assert included(leaf=leaves[index], index=index, size=size, proof=proof, root=root)
    assert not included(leaf=leaf_hash(b"other"), index=index, size=size, proof=proof, root=root)
    assert not included(leaf=leaves[index], index=size, size=size, proof=proof, root=root)
    assert not included(leaf=leaves[index], index=index, size=size, proof=(*proof, root), root=root)
    if proof:
        assert not included(leaf=leaves[index], index=index, size=size, proof=proof[:-1], root=root)
        assert not included(leaf=leaves[index], index=(index + 1) % size, size=size, proof=proof, root=root)


@given(st.integers(0, 70), st.integers(0, 70))
def test_growth_can_be_proved_and_rewriting_can_not(one: int, two: int) -> None:
    old, new = sorted((one, two))
    leaves = hashes(new)
    proof, old_root, new_root = consistency_proof(leaves, old), root_of(leaves[:old]), root_of(leaves)

    assert consistent(old_size=old, old_root=old_root, new_size=new, new_root=new_root, proof=proof)
    assert not consistent(old_size=new + 1, old_root=old_root, new_size=new, new_root=new_root, proof=proof)
    if old:
        rewritten = root_of([leaf_hash(b"other"), *leaves[1:old]])
        assert not consistent(old_size=old, old_root=rewritten, new_size=new, new_root=new_root, proof=proof)
        assert not consistent(old_size=old, old_root=old_root, new_size=new, new_root=new_root, proof=(*proof, new_root))
    if proof:
        assert not consistent(old_size=old, old_root=old_root, new_size=new, new_root=new_root, proof=proof[:-1])


@pytest.fixture(params=list(Algorithm))
def keys(request: pytest.FixtureRequest, tmp_path: Path) -> KeyRing:
    return open_keys(tmp_path / "keys", now=STARTED, algorithm=request.param)


def log_of(tmp_path: Path, keys: KeyRing) -> Log:
    return Log(tmp_path / "log", signer=keys.signer, trust=keys.trust)


def entry(number: int) -> LogEntry:
    return LogEntry(kind="certificate", envelope=f"{number:064x}", exchange="sample", run_id=f"run-{number}", logged_at=NOW)


def test_an_entry_gets_a_proof_that_holds(tmp_path: Path, keys: KeyRing) -> None:
    log = log_of(tmp_path, keys)

    for number in range(7):
        proof = log.append(entry(number))
        assert (proof.index, proof.entry) == (number, entry(number))
        check_inclusion(parse_proof(proof.to_bytes()), trust=keys.trust)
    assert log.entries() == tuple(entry(number) for number in range(7))


def test_an_old_proof_still_holds_and_the_log_can_show_that_it_only_grew(tmp_path: Path, keys: KeyRing) -> None:
    log = log_of(tmp_path, keys)
    first = log.append(entry(0))
    before = log.checkpoint()
    for number in range(1, 5):
        log.append(entry(number))
    after = log.checkpoint()

    check_inclusion(first, trust=keys.trust)
    proof = log.consistency(before.size)
    assert consistent(old_size=before.size, old_root=before.root, new_size=after.size, new_root=after.root, proof=proof)
    with pytest.raises(LogError, match="has 5 entries"):
        log.consistency(6)


def test_the_same_envelope_is_entered_once(tmp_path: Path, keys: KeyRing) -> None:
    log = log_of(tmp_path, keys)
    log.append(entry(0))
    log.append(entry(1))

    again = log.append(dataclasses.replace(entry(0), logged_at=STARTED))

    assert (again.index, again.entry.logged_at) == (0, NOW)
    check_inclusion(again, trust=keys.trust)
    assert log.append(dataclasses.replace(entry(0), kind="status")).index == 2


def test_several_may_append_at_once(tmp_path: Path) -> None:
    keys = open_keys(tmp_path / "keys", now=STARTED)
    with ThreadPoolExecutor(4) as pool:
        proofs = list(pool.map(lambda number: log_of(tmp_path, keys).append(entry(number % 8)), range(16)))

    assert sorted({proof.index for proof in proofs}) == list(range(8))
    for proof in proofs:
        check_inclusion(proof, trust=keys.trust)


def test_a_crash_in_the_middle_of_a_line_loses_only_that_line(tmp_path: Path, keys: KeyRing) -> None:
    log = log_of(tmp_path, keys)
    log.append(entry(0))
    with (tmp_path / "log/entries.jsonl").open("ab") as stream:
        stream.write(canonical.write(codec.encode(entry(1)))[:-10])

    proof = log.append(entry(2))

    assert proof.index == 1
    assert log.entries() == (entry(0), entry(2))


def test_a_crash_before_the_checkpoint_leaves_an_entry_that_the_next_one_covers(tmp_path: Path, keys: KeyRing) -> None:
    log = log_of(tmp_path, keys)
    log.append(entry(0))
    with (tmp_path / "log/entries.jsonl").open("ab") as stream:
        stream.write(canonical.write(codec.encode(entry(1))) + b"\n")

    proof = log.append(entry(1))

    assert proof.index == 1
    check_inclusion(proof, trust=keys.trust)


def test_a_changed_log_is_not_continued(tmp_path: Path, keys: KeyRing) -> None:
    log = log_of(tmp_path, keys)
    log.append(entry(0))
    log.append(entry(1))
    path = tmp_path / "log/entries.jsonl"
    before = path.read_bytes()

    for content in (before.replace(b"run-0", b"run-9"), before.partition(b"\n")[2], b""):
        path.write_bytes(content)
        with pytest.raises(LogError, match="were changed or removed"):
            log.append(entry(2))
    path.write_bytes(before.replace(b'"kind"', b'"kinds"'))
    with pytest.raises(LogError, match="line 1: the field 'kind' is missing"):
        log.entries()


def test_a_log_of_another_key_or_name_is_not_continued(tmp_path: Path, keys: KeyRing) -> None:
    log_of(tmp_path, keys).append(entry(0))
    stranger = open_keys(tmp_path / "stranger", now=STARTED)

    with pytest.raises(LogError, match="the log is not ours or was changed"):
        log_of(tmp_path, stranger).append(entry(1))
    with pytest.raises(LogError, match=r"not 'example\.test/log'"):
        Log(tmp_path / "log", signer=keys.signer, trust=keys.trust, origin="example.test/log").append(entry(1))


def test_a_log_outlives_a_rotation_of_its_key(tmp_path: Path, keys: KeyRing) -> None:
    old = log_of(tmp_path, keys).append(entry(0))
    rotated = rotate_keys(tmp_path / "keys", now=NOW)

    new = log_of(tmp_path, rotated).append(dataclasses.replace(entry(1), logged_at=NOW))

    check_inclusion(new, trust=rotated.trust)
    check_inclusion(dataclasses.replace(old, entry=entry(0)), trust=keys.trust)


def test_a_disk_that_can_not_be_written_is_one_clear_line(tmp_path: Path, keys: KeyRing) -> None:
    (tmp_path / "log").write_text("a file where the folder should be")

    with pytest.raises(LogError, match="the log can't be written"):
        log_of(tmp_path, keys).append(entry(0))


def test_the_checkpoint_is_a_signed_note(tmp_path: Path, keys: KeyRing) -> None:
    note = log_of(tmp_path, keys).append(entry(0)).checkpoint
    origin, size, root, empty, signature, end = note.split("\n")

    assert (origin, size, empty, end) == ("openxapi.dev/certify", "1", "", "")
    assert len(root) == 44
    assert signature.startswith("— openxapi.dev/certify ")
    assert (tmp_path / "log/checkpoint").read_text() == note


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("\n1\n", "\n01\n", id="a size with a zero before it"),
        pytest.param("\n1\n", "\n2\n", id="another size"),
        pytest.param("openxapi.dev/certify\n", "example.test/log\n", id="another origin"),
        pytest.param("\n\n", "\n\n\n", id="an empty line more"),
        pytest.param("— ", "- ", id="another dash"),
    ],
)
def test_a_checkpoint_that_was_touched_is_refused(tmp_path: Path, keys: KeyRing, old: str, new: str) -> None:
    note = log_of(tmp_path, keys).append(entry(0)).checkpoint

    with pytest.raises(VerificationError):
        read_checkpoint(note.replace(old, new, 1), trust=keys.trust, at=NOW, name="it")


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        pytest.param({"index": 1}, LogProofError, "does not stand in the log", id="another place"),
        pytest.param({"hashes": []}, LogProofError, "does not stand in the log", id="no path"),
        pytest.param({"hashes": ["zz"]}, MalformedError, "not hexadecimal", id="no hash"),
        pytest.param({"hashes": ["aa"]}, MalformedError, "not SHA-256", id="a short hash"),
        pytest.param({"schema": "v9"}, MalformedError, "schema", id="another schema"),
        pytest.param({"index": "0"}, MalformedError, "index: '0' is not an integer", id="text for a number"),
    ],
)
def test_a_proof_that_was_touched_is_refused(
    tmp_path: Path, keys: KeyRing, change: dict[str, Any], error: type[Exception], said: str
) -> None:
    log = log_of(tmp_path, keys)
    log.append(entry(0))
    log.append(entry(1))
    document = json.loads(log.append(entry(0)).to_bytes()) | change

    with pytest.raises(error, match=said):
        check_inclusion(parse_proof(canonical.write(document)), trust=keys.trust)


def test_nothing_is_left_behind_beside_the_log(tmp_path: Path, keys: KeyRing) -> None:
    log_of(tmp_path, keys).append(entry(0))

    assert sorted(path.name for path in (tmp_path / "log").iterdir()) == [".lock", "checkpoint", "entries.jsonl"]
