"""The append-only transparency log on disk, and the proof that an envelope stands in it.

A log's folder holds ``entries.jsonl`` (an entry a line, in canonical JSON; the line without its break is the Merkle leaf) and
``checkpoint`` (a signed note). An entry counts from its line break on: a crash in the middle of a line leaves a tail that the next
append cuts off, and a crash before the new checkpoint leaves an entry that the next one covers. The proof travels beside the
envelope as ``report.log.json``, not inside it, so that the envelope stays one that every DSSE reader knows.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from certification.files import locked, write_atomically
from reports import canonical, codec
from reports.checkpoint import Checkpoint, read_checkpoint, sign_checkpoint
from reports.errors import CanonicalError, DocumentError, LogError, LogProofError, MalformedError, VerificationError
from reports.merkle import consistency_proof, included, inclusion_proof, leaf_hash, root_of

if TYPE_CHECKING:
    from reports.keys import TrustRoot
    from reports.signers import Signer

PROOF_SCHEMA = "https://openxapi.dev/certification/log-proof/v1"
PROOF_NAME = "report.log.json"
ORIGIN = "openxapi.dev/certify"
"""What a log calls itself unless told otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One fact in the log."""

    kind: str
    """``certificate``, or ``status`` for a status list."""
    envelope: str
    """SHA-256 (hex) of the signed envelope's bytes."""
    exchange: str
    run_id: str
    logged_at: datetime
    """Stands for the time of signing: a key must have been valid then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogProof:
    """That an entry stands in the log: ``report.log.json``."""

    schema: str
    entry: LogEntry
    index: int
    hashes: tuple[str, ...]
    """The inclusion proof, SHA-256 (hex) each, from the leaf upwards."""
    checkpoint: str
    """The signed note of the tree that the proof leads to."""

    def to_bytes(self) -> bytes:
        """The bytes of ``report.log.json``."""
        return canonical.write(codec.encode(self))


class Log:
    """A log on disk. Several processes may append to it."""

    def __init__(self, folder: Path, *, signer: Signer, trust: TrustRoot, origin: str = ORIGIN) -> None:
        """``trust`` must hold the keys that signed earlier checkpoints, ``signer`` signs new ones."""
        self._folder = folder
        self._signer = signer
        self._trust = trust
        self._origin = origin

    def append(self, entry: LogEntry) -> LogProof:
        """Enter a fact, and prove that it stands there. An envelope that was entered before is not entered again.

        Raises:
            LogError: The log on disk is damaged, was changed, or can't be written.
        """
        try:
            with locked(self._folder / ".lock"):
                lines = self._lines()
                self._refuse_a_changed_log(lines)
                index = self._index_of(entry, lines)
                if index is None:
                    line = canonical.write(codec.encode(entry))
                    self._write_line(lines, line)
                    lines.append(line)
                    index = len(lines) - 1
                return self._proof(lines, index)
        except OSError as error:
            raise LogError(f"{self._folder}: the log can't be written ({error.strerror}); nothing was entered") from error

    def consistency(self, old_size: int) -> tuple[bytes, ...]:
        """The proof that the log's first entries are what they were at an older size.

        Raises:
            LogError: The log was never that large, or is damaged.
        """
        with locked(self._folder / ".lock"):
            leaves = [leaf_hash(line) for line in self._lines()]
        if not 0 <= old_size <= len(leaves):
            raise LogError(f"{self._folder}: the log has {len(leaves)} entries, so none can be proved for {old_size}")
        return consistency_proof(leaves, old_size)

    def entries(self) -> tuple[LogEntry, ...]:
        """All of them, in order.

        Raises:
            LogError: The log is damaged.
        """
        with locked(self._folder / ".lock"):
            lines = self._lines()
        return tuple(self._entry(line, number) for number, line in enumerate(lines, start=1))

    def checkpoint(self) -> Checkpoint:
        """The tree of now.

        Raises:
            LogError: The log is damaged.
        """
        with locked(self._folder / ".lock"):
            lines = self._lines()
        return self._tree(lines)

    @property
    def _entries_path(self) -> Path:
        return self._folder / "entries.jsonl"

    def _lines(self) -> list[bytes]:
        """Whole lines; a tail without a line break was never entered."""
        content = self._entries_path.read_bytes() if self._entries_path.exists() else b""
        return content.split(b"\n")[:-1]

    def _entry(self, line: bytes, number: int) -> LogEntry:
        place = f"{self._entries_path}: line {number}"
        try:
            return codec.decode(LogEntry, canonical.read(line, place), place)
        except (CanonicalError, DocumentError) as error:
            raise LogError(f"{error}; restore the log from its backup") from error

    def _index_of(self, entry: LogEntry, lines: list[bytes]) -> int | None:
        known = entry.envelope.encode()
        for index, line in enumerate(lines):
            if known in line:
                found = self._entry(line, index + 1)
                if (found.kind, found.envelope) == (entry.kind, entry.envelope):
                    return index
        return None

    def _write_line(self, lines: list[bytes], line: bytes) -> None:
        descriptor = os.open(self._entries_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            end = sum(len(known) + 1 for known in lines)
            os.ftruncate(descriptor, end)
            os.pwrite(descriptor, line + b"\n", end)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _tree(self, lines: list[bytes]) -> Checkpoint:
        return Checkpoint(origin=self._origin, size=len(lines), root=root_of([leaf_hash(line) for line in lines]))

    def _refuse_a_changed_log(self, lines: list[bytes]) -> None:
        path = self._folder / "checkpoint"
        if not path.exists():
            return
        try:
            stated = read_checkpoint(path.read_text(), trust=self._trust, at=None, name=str(path))
        except VerificationError as error:
            raise LogError(f"{error}; the log is not ours or was changed") from error
        if stated.origin != self._origin:
            raise LogError(f"{path}: this is the log {stated.origin!r}, not {self._origin!r}")
        if stated.size > len(lines) or self._tree(lines[: stated.size]).root != stated.root:
            raise LogError(
                f"{self._entries_path}: entries that the checkpoint covers were changed or removed; restore the log from its backup"
            )

    def _proof(self, lines: list[bytes], index: int) -> LogProof:
        leaves = [leaf_hash(line) for line in lines]
        note = sign_checkpoint(self._tree(lines), self._signer)
        write_atomically(self._folder / "checkpoint", note.encode())
        return LogProof(
            schema=PROOF_SCHEMA,
            entry=self._entry(lines[index], index + 1),
            index=index,
            hashes=tuple(step.hex() for step in inclusion_proof(leaves, index)),
            checkpoint=note,
        )


def parse_proof(content: bytes, name: str = PROOF_NAME) -> LogProof:
    """Read ``report.log.json``. That believes nothing yet.

    Raises:
        MalformedError: It is not of its form; the message names the field.
    """
    try:
        proof = codec.decode(LogProof, canonical.read(content, name), name)
    except (CanonicalError, DocumentError) as error:
        raise MalformedError(str(error)) from error
    if proof.schema != PROOF_SCHEMA:
        raise MalformedError(f"{name}: schema: {proof.schema[:100]!r} is not {PROOF_SCHEMA!r}")
    return proof


def check_inclusion(proof: LogProof, *, trust: TrustRoot, name: str = PROOF_NAME) -> None:
    """Whether a proof's entry stands in a log whose checkpoint a trusted key signed.

    Raises:
        LogProofError: The hashes do not lead from the entry to the checkpoint.
        VerificationError: The checkpoint is malformed, or its signature does not hold.
    """
    checkpoint = read_checkpoint(proof.checkpoint, trust=trust, at=proof.entry.logged_at, name=name)
    try:
        steps = [bytes.fromhex(step) for step in proof.hashes]
    except ValueError as error:
        raise MalformedError(f"{name}: hashes: not hexadecimal") from error
    if [step.hex() for step in steps] != list(proof.hashes) or any(len(step) != hashlib.sha256().digest_size for step in steps):
        raise MalformedError(f"{name}: hashes: not SHA-256 in lower-case hex")
    leaf = leaf_hash(canonical.write(codec.encode(proof.entry)))
    if not included(leaf=leaf, index=proof.index, size=checkpoint.size, proof=steps, root=checkpoint.root):
        raise LogProofError(f"{name}: the entry does not stand in the log that the checkpoint signs")
