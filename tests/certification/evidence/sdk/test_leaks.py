import base64
import json
from urllib.parse import quote

import pytest

from certification.evidence.sdk.leaks import leaks
from certification.isolation.runner import JobResult
from sdkgen.signing.request import Credentials

SECRET = "s3cr3t/with+signs=="
PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nabc\n-----END PRIVATE KEY-----\n"
KNOWN = Credentials(key="key-1", secret=SECRET, passphrase="pass phrase")


def looked(*, stdout: str = "", stderr: str = "", credentials: Credentials | None = KNOWN) -> tuple[str, ...] | None:
    return leaks(credentials, JobResult(exit_code=0, stdout=stdout.encode(), stderr=stderr.encode(), elapsed_ms=1))


def test_nothing_is_found_where_nothing_shows_and_nothing_looked_for_where_nothing_was_given() -> None:
    assert looked(stdout="key-1", stderr="signed with key-1") == ()
    assert looked(credentials=None) is None


@pytest.mark.parametrize("form", [SECRET, quote(SECRET, safe=""), json.dumps(SECRET)[1:-1], base64.b64encode(SECRET.encode()).decode()])
def test_every_form_of_a_secret_is_found_and_not_shown(form: str) -> None:
    assert looked(stderr=f"first\nwith {form} signed\nlast") == ("standard error shows the secret: with (hidden) signed",)
    (found,) = looked(stdout=f'{{"message":"{form}"}}') or ()
    assert found.startswith("an answer or error shows the secret: ")
    assert SECRET not in found


def test_a_passphrase_and_the_longest_line_of_a_key_are_found() -> None:
    (found,) = looked(stderr="pass phrase") or ()
    assert found == "standard error shows the passphrase: (hidden)"
    known = Credentials(key="k", secret=PEM, passphrase=None)
    assert looked(stderr="-----BEGIN PRIVATE KEY-----", credentials=known) == ()
    assert looked(stderr="key MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", credentials=known) == ("standard error shows the secret: key (hidden)",)


def test_what_would_command_a_terminal_does_not_reach_the_report() -> None:
    assert looked(stderr=f"\x1b[31m{SECRET}") == ("standard error shows the secret:  [31m(hidden)",)
