from __future__ import annotations

import json
import logging
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat, PublicFormat

from reports import canonical
from reports.errors import CanonicalError, DocumentError, KeyFileError, SignatureError
from reports.keys import Algorithm, Role, load_public, parse_trust, read_trust, trusted
from reports.signers import open_keys, rotate_keys
from tests.simulators.certified_run import NOW, STARTED

PKCS8 = PrivateFormat.PKCS8


def test_a_key_is_made_on_first_use_private_and_warned_about(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        first = open_keys(tmp_path / "keys", now=NOW)

    assert first.created
    assert stat.S_IMODE((tmp_path / "keys/signing.pem").stat().st_mode) == 0o600
    assert "made a signing key" in caplog.text
    caplog.clear()
    second = open_keys(tmp_path / "keys", now=NOW + timedelta(days=1))
    assert not second.created
    assert second.signer.key_id == first.signer.key_id
    assert second.trust == first.trust
    assert caplog.text == ""


def test_of_several_that_start_at_once_all_use_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: open_keys(tmp_path / "keys", now=NOW), range(8)))

    assert len({ring.signer.key_id for ring in rings}) == 1
    assert sum(ring.created for ring in rings) == 1
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == [".lock", "signing.pem", "signing.pub", "trust.json"]


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_trust_root_is_read_as_it_was_written(tmp_path: Path, algorithm: Algorithm) -> None:
    ring = open_keys(tmp_path / "keys", now=NOW, algorithm=algorithm)

    assert read_trust(tmp_path / "keys/trust.json") == ring.trust
    assert ring.trust.keys[0].algorithm is algorithm
    pem = (tmp_path / "keys/signing.pub").read_bytes()
    assert ring.trust.keys == (trusted(load_public(pem, "signing.pub"), roles=tuple(Role), not_before=NOW),)


def test_rotation_ends_the_old_key_and_starts_the_new(tmp_path: Path) -> None:
    old = open_keys(tmp_path / "keys", now=STARTED)
    new = rotate_keys(tmp_path / "keys", now=NOW)

    first, second = new.trust.keys
    assert (first.key_id, first.not_after) == (old.signer.key_id, NOW)
    assert (second.key_id, second.not_before, second.not_after) == (new.signer.key_id, NOW, None)
    assert open_keys(tmp_path / "keys", now=NOW).signer.key_id == new.signer.key_id
    assert not (tmp_path / "keys/next.pem").exists()


def test_a_rotation_that_died_half_way_is_finished(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    old = open_keys(folder, now=STARTED)
    os.link(_stranger(tmp_path), folder / "next.pem")

    ring = open_keys(folder, now=NOW)

    assert ring.signer.key_id != old.signer.key_id
    assert [key.not_after for key in ring.trust.keys] == [NOW, None]
    assert open_keys(folder, now=NOW).trust == ring.trust


def _stranger(tmp_path: Path) -> Path:
    open_keys(tmp_path / "stranger", now=NOW)
    return tmp_path / "stranger/signing.pem"


def _pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, *, password: bytes = b"") -> bytes:
    return key.private_bytes(Encoding.PEM, PKCS8, BestAvailableEncryption(password) if password else NoEncryption())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"not a key", "not a private key in PEM", id="no key"),
        pytest.param(b"", "not a private key in PEM", id="empty"),
        pytest.param(_pem(ec.generate_private_key(ec.SECP256R1()), password=b"secret"), "without a password", id="with a password"),
        pytest.param(_pem(ec.generate_private_key(ec.SECP384R1())), "neither ECDSA P-256 nor Ed25519", id="another curve"),
    ],
)
def test_a_key_file_that_is_none_is_one_clear_line(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "keys/signing.pem"
    path.parent.mkdir()
    path.write_bytes(content)
    path.chmod(0o600)

    with pytest.raises(KeyFileError, match=said) as caught:
        open_keys(tmp_path / "keys", now=NOW)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2
    assert path.read_bytes() == content


def test_a_key_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    open_keys(tmp_path / "keys", now=NOW)
    (tmp_path / "keys/signing.pem").chmod(0o644)

    with pytest.raises(KeyFileError, match="others on this machine may read"):
        open_keys(tmp_path / "keys", now=NOW)


def test_a_key_file_that_can_not_be_read_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "keys/signing.pem").mkdir(parents=True, mode=0o700)

    with pytest.raises(KeyFileError, match=r"signing.pem: the keys can't be used \(Is a directory\)") as caught:
        open_keys(tmp_path / "keys", now=NOW)
    assert caught.value.exit_code == 2


def test_a_folder_that_can_not_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("a file where the folder should be")

    with pytest.raises(KeyFileError, match="the keys can't be used"):
        open_keys(tmp_path / "keys", now=NOW)


def test_a_trust_root_that_lies_is_refused(tmp_path: Path) -> None:
    ring = open_keys(tmp_path / "keys", now=NOW)
    document = json.loads(ring.trust.to_bytes())
    other = open_keys(tmp_path / "other", now=NOW)

    with pytest.raises(KeyFileError, match="is not the one that its id and algorithm say"):
        parse_trust(canonical.write({**document, "keys": [{**document["keys"][0], "key_id": other.signer.key_id}]}), "trust.json")
    with pytest.raises(KeyFileError, match="schema"):
        parse_trust(canonical.write({**document, "schema": "v9"}), "trust.json")
    with pytest.raises(DocumentError, match=r"keys\[0\]: roles\[0\]"):
        parse_trust(canonical.write({**document, "keys": [{**document["keys"][0], "roles": ["all"]}]}), "trust.json")
    with pytest.raises(CanonicalError):
        parse_trust(json.dumps(document).encode(), "trust.json")
    with pytest.raises(KeyFileError, match="the trust root can't be read"):
        read_trust(tmp_path / "nowhere.json")


def test_a_public_key_of_another_kind_is_refused() -> None:
    public = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    with pytest.raises(KeyFileError, match="neither ECDSA P-256 nor Ed25519"):
        load_public(pem, "it")
    with pytest.raises(KeyFileError, match="not a public key in PEM"):
        load_public(b"nonsense", "it")


def test_a_signature_that_is_no_signature_does_not_hold(tmp_path: Path) -> None:
    ring = open_keys(tmp_path / "keys", now=NOW)

    with pytest.raises(SignatureError, match="does not fit"):
        ring.trust.check(key_id=ring.signer.key_id, role=Role.REPORTS, message=b"m", signature=b"nonsense", at=None, place="it")
