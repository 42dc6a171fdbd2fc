from __future__ import annotations

import base64
import dataclasses
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import utils

from reports import canonical
from reports.envelope import Envelope, parse_envelope, pre_authentication_encoding, sign, verified_payload
from reports.errors import ExpiredError, MalformedError, SignatureError
from reports.keys import P256_ORDER, Algorithm, Role, TrustRoot, low_s
from reports.signers import KeyRing, open_keys
from tests.simulators.certified_run import FINISHED, STARTED, CertifiedRun

KIND = "application/vnd.in-toto+json"


@pytest.fixture(params=list(Algorithm))
def keys(request: pytest.FixtureRequest, tmp_path: Path) -> KeyRing:
    return open_keys(tmp_path / "keys", now=STARTED, algorithm=request.param)


def check(envelope: Envelope, trust: TrustRoot) -> bytes:
    return verified_payload(envelope, payload_type=KIND, trust=trust, role=Role.REPORTS, at=FINISHED, name="it")


def test_what_is_signed_is_the_encoding_of_the_protocol() -> None:
    # the example of the DSSE protocol's own page
    assert (
        pre_authentication_encoding("http://example.com/HelloWorld", b"hello world")
        == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
    assert pre_authentication_encoding("ä", b"") == "DSSEv1 2 ä 0 ".encode()


def test_an_envelope_gives_its_payload_once_its_signature_holds(keys: KeyRing) -> None:
    envelope = sign(b"what we say", KIND, (keys.signer,))

    assert check(parse_envelope(envelope.to_bytes(), "it"), keys.trust) == b"what we say"
    assert sign(b"what we say", KIND, (keys.signer,)).to_bytes() == envelope.to_bytes()


def test_another_payload_or_type_does_not_pass(keys: KeyRing) -> None:
    envelope = sign(b"what we say", KIND, (keys.signer,))

    with pytest.raises(SignatureError, match=r"it: signatures\[0\]: the signature does not fit"):
        check(dataclasses.replace(envelope, payload=b"what they say"), keys.trust)
    with pytest.raises(SignatureError, match="payloadType: 'text/plain' is not"):
        check(sign(b"what we say", "text/plain", (keys.signer,)), keys.trust)


def test_every_signature_must_hold(keys: KeyRing, tmp_path: Path) -> None:
    second = open_keys(tmp_path / "second", now=STARTED)
    both = dataclasses.replace(keys.trust, keys=(*keys.trust.keys, *second.trust.keys))
    envelope = sign(b"what we say", KIND, (keys.signer, second.signer))

    assert check(envelope, both) == b"what we say"
    with pytest.raises(SignatureError, match=r"signatures\[1\]: the key .* is not in the trust root"):
        check(envelope, keys.trust)
    swapped = dataclasses.replace(envelope.signatures[1], value=envelope.signatures[0].value)
    with pytest.raises(SignatureError, match=r"signatures\[1\]: the signature does not fit"):
        check(dataclasses.replace(envelope, signatures=(envelope.signatures[0], swapped)), both)
    with pytest.raises(SignatureError, match="a key signed twice"):
        check(dataclasses.replace(envelope, signatures=envelope.signatures[:1] * 2), both)


def test_the_other_form_of_an_ecdsa_signature_is_refused(tmp_path: Path) -> None:
    keys = open_keys(tmp_path / "p256", now=STARTED)
    envelope = sign(b"what we say", KIND, (keys.signer,))
    r, s = utils.decode_dss_signature(envelope.signatures[0].value)
    twin = utils.encode_dss_signature(r, P256_ORDER - s)
    assert low_s(twin) == envelope.signatures[0].value

    with pytest.raises(SignatureError, match="does not fit"):
        check(dataclasses.replace(envelope, signatures=(dataclasses.replace(envelope.signatures[0], value=twin),)), keys.trust)


def test_a_key_is_asked_for_its_time(keys: KeyRing) -> None:
    envelope = sign(b"what we say", KIND, (keys.signer,))
    (key,) = keys.trust.keys

    for changed in (dataclasses.replace(key, not_after=FINISHED), dataclasses.replace(key, not_before=FINISHED.replace(year=2027))):
        with pytest.raises(ExpiredError, match="was not valid at 2026-03-01T12:02:30Z"):
            check(envelope, dataclasses.replace(keys.trust, keys=(changed,)))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"payload": None}, "payload: must be text", id="no payload"),
        pytest.param({"payload": "a b="}, "payload: is not base64", id="not base64"),
        pytest.param({"payload": "YR=="}, "payload: is not base64 in its canonical form", id="loose bits in base64"),
        pytest.param({"payloadType": 1}, "payloadType: must be text", id="a number for a type"),
        pytest.param({"signatures": []}, "there must be at least one", id="no signature"),
        pytest.param({"signatures": {}}, "there must be at least one", id="signatures of another form"),
        pytest.param({"signatures": [{"keyid": "a"}]}, r"signatures\[0\]: must have the fields keyid, sig", id="half a signature"),
        pytest.param({"signatures": [[]]}, r"signatures\[0\]: must have the fields", id="a list for a signature"),
        pytest.param({"signatures": [{"keyid": "a", "sig": "!"}]}, r"signatures\[0\]: sig: is not base64", id="a broken signature"),
        pytest.param({"signatures": [{"keyid": 1, "sig": "YQ=="}]}, r"signatures\[0\]: keyid: must be text", id="a number for a key"),
        pytest.param({"more": 1}, "must have the fields payload, payloadType, signatures", id="a field too many"),
    ],
)
def test_an_envelope_of_another_form_is_refused(keys: KeyRing, change: dict[str, Any], said: str) -> None:
    document = json.loads(sign(b"x", KIND, (keys.signer,)).to_bytes()) | change

    with pytest.raises(MalformedError, match=said):
        parse_envelope(canonical.write(document), "it")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to compare with")
def test_openssl_accepts_the_signature_with_the_public_key_beside_it(run: CertifiedRun, tmp_path: Path) -> None:
    envelope = json.loads((run.folder / "report.intoto.json").read_bytes())
    payload = base64.b64decode(envelope["payload"])
    (tmp_path / "message").write_bytes(pre_authentication_encoding(envelope["payloadType"], payload))
    (tmp_path / "signature").write_bytes(base64.b64decode(envelope["signatures"][0]["sig"]))

    command = ("openssl", "dgst", "-sha256", "-verify", str(tmp_path / "keys/signing.pub"), "-signature", "signature", "message")
    assert subprocess.check_output(command, cwd=tmp_path) == b"Verified OK\n"


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no ssh-keygen to compare with")
def test_the_key_is_named_by_the_fingerprint_that_others_compute(run: CertifiedRun, tmp_path: Path) -> None:
    converted = subprocess.check_output(("ssh-keygen", "-i", "-m", "PKCS8", "-f", str(tmp_path / "keys/signing.pub")))
    (tmp_path / "ssh.pub").write_bytes(converted)

    shown = subprocess.check_output(("ssh-keygen", "-l", "-E", "sha256", "-f", str(tmp_path / "ssh.pub")), text=True)

    (signature,) = json.loads((run.folder / "report.intoto.json").read_bytes())["signatures"]
    assert shown.split()[1] == signature["keyid"] == run.keys.signer.key_id


def test_the_statements_are_of_the_in_toto_form(run: CertifiedRun) -> None:
    for name, kind in (
        ("report.intoto.json", "https://openxapi.dev/certification/v1"),
        ("report.test-result.intoto.json", "https://in-toto.io/attestation/test-result/v0.1"),
    ):
        statement = json.loads(parse_envelope((run.folder / name).read_bytes(), name).payload)
        assert statement["_type"] == "https://in-toto.io/Statement/v1"
        assert statement["predicateType"] == kind
        names = [subject["name"] for subject in statement["subject"]]
        assert names == sorted([artefact.path for artefact in run.report.artefacts] + ["report.json"])
        assert all(list(subject["digest"]) == ["sha256"] for subject in statement["subject"])
