"""Who bears as many broken proofs of identity as there are ways, and who only a few."""

from __future__ import annotations

import pytest

from certification.profile import SandboxSpec
from certification.sandboxes.proofs import broken_proofs

SOMEBODYS = SandboxSpec(url="https://testnet.example.com/api", broken_proofs=7)


@pytest.mark.parametrize(
    ("spec", "url", "most"),
    [
        (SOMEBODYS, None, 7),
        (SOMEBODYS, "https://other.example.com", 7),
        (SandboxSpec(url="https://testnet.example.com"), None, 5),
        (None, "https://testnet.example.com", 5),
        (None, None, None),
        (SandboxSpec(reference=True), None, None),
        (SandboxSpec(image="exchange:1"), None, None),
        (SandboxSpec(image="exchange:1"), "https://testnet.example.com", 5),
        (SOMEBODYS.model_copy(update={"exclusive": True}), None, None),
        (SOMEBODYS.model_copy(update={"exclusive": True}), "https://other.example.com", 7),
        (SOMEBODYS, "http://127.0.0.1:8080", None),
        (SOMEBODYS, "http://[::1]:8080", None),
        (SOMEBODYS, "http://localhost:8080", None),
        (SOMEBODYS, "http://10.0.0.7:8080", 7),
    ],
)
def test_only_a_sandbox_that_is_somebodys_is_guarded(spec: SandboxSpec | None, url: str | None, most: int | None) -> None:
    assert broken_proofs(spec, url) == most
