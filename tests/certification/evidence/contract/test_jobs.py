"""What of ours a contract test's job takes along."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from certification.evidence.contract.jobs import _SHIPPED

REPOSITORY = Path(__file__).parents[4]


def imported(file: Path) -> Iterator[str]:
    """Modules of ours that a file imports when it runs."""
    tree = ast.parse(file.read_text())
    unread = {
        id(node)
        for guard in ast.walk(tree)
        if isinstance(guard, ast.If)
        for node in ast.walk(guard)
        if "TYPE_CHECKING" in ast.unparse(guard.test)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in unread and (node.module or "").split(".")[0] in {"sdkgen", "certification"}:
            yield from (f"{node.module}.{name.name}" for name in node.names)


def file_of(module: str) -> str:
    """The file that a name imported from a package or a module comes from."""
    place = REPOSITORY / module.replace(".", "/")
    file = place.with_suffix(".py") if place.with_suffix(".py").is_file() else place.parent.with_suffix(".py")
    return (file if file.is_file() else place.parent / "__init__.py").relative_to(REPOSITORY).as_posix()


def test_all_that_the_job_imports_of_ours_is_shipped() -> None:
    shipped = {
        file.relative_to(REPOSITORY).as_posix()
        for path in _SHIPPED
        for file in ((REPOSITORY / path).rglob("*.py") if (REPOSITORY / path).is_dir() else [REPOSITORY / path])
    }
    assert {file_of(module) for file in shipped for module in imported(REPOSITORY / file)} <= shipped
