from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from certification.evidence.contract.reproduction import Origin, command_for
from certification.evidence.record import Call, Message, Violation
from certification.sandboxes.open import Sandbox, SandboxKind

ORIGIN = Origin(folder=Path("evidence/contract"), exchange="it's/profile.yaml", seed=7)


def violation(actor: str = "anonymous", body: str = "", *, base64: bool = False) -> Violation:
    headers = (("user-agent", "x"), ("x-a", "it's $HOME"))
    request = Message(start="POST /api/t?x=';rm -rf ~;'", headers=headers, body=body, base64=base64)
    call = Call(operation="t", actor=actor, request=request, response=None, status=None, elapsed_ms=0)
    return Violation(check="c", operation="t", summary="s", call=call, reproduce="")


@pytest.mark.parametrize(
    ("body", "base64", "sent"),
    [("", False, []), ('{"a":"\'"}', False, ["--data-raw", '{"a":"\'"}']), ("AA==", True, [])],
)
def test_one_unsigned_call_to_a_remote_sandbox_is_a_curl_command(
    sandbox_at: Callable[..., Sandbox], body: str, base64: bool, sent: list[str]
) -> None:
    command = command_for(violation(body=body, base64=base64), "x.json", sandbox_at("https://h"), ORIGIN)
    words = ["curl", "--include", "--globoff", "--path-as-is", "--request", "POST", "--header", "x-a: it's $HOME", *sent]
    assert shlex.split(command) == [*words, "https://h/api/t?x=';rm -rf ~;'"]


def test_a_signed_call_is_replayed_with_credentials_from_the_environment(sandbox_at: Callable[..., Sandbox]) -> None:
    words = shlex.split(command_for(violation("first"), "x.json", sandbox_at("https://h"), ORIGIN))
    assert words[:4] == ["python", "-m", "certification.evidence.contract.replay", "evidence/contract/crashes/x.json"]
    assert words[4:6] == ["--profile", "it's/profile.yaml"], "given in the folder that holds the report, on any machine"
    assert words[-2:] == ["--sandbox", "https://h"]


def test_the_embedded_reference_is_started_again_with_its_faults(sandbox_at: Callable[..., Sandbox]) -> None:
    sandbox = sandbox_at(kind=SandboxKind.REFERENCE, faults=("a", "b"))
    words = shlex.split(command_for(violation(), "x.json", sandbox, ORIGIN))
    assert words[-4:] == ["--fault", "a", "--fault", "b"]
    assert "--sandbox" not in words


def test_without_a_recording_the_whole_test_is_the_reproduction(sandbox_at: Callable[..., Sandbox]) -> None:
    assert command_for(violation("first"), None, sandbox_at(), ORIGIN) == ("certify run 'it'\"'\"'s/profile.yaml' --part api --seed 7")
