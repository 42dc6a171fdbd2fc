"""The tests that a module carries: what it promises, asserted from outside on the description's own examples."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from sdkgen.api.shown import shown_examples
from sdkgen.go.render import rendered
from sdkgen.go.text import quoted

if TYPE_CHECKING:
    from sdkgen.api.model import Api
    from sdkgen.go.module import GoModule
    from sdkgen.go.operations import GoMethod
    from sdkgen.source import SourceFile

_MOST = 60
_EASY = re.compile(r"/[A-Za-z0-9/._-]*")
"""A path that stands in a request as it stands in the description."""


def package_test(api: Api, module: GoModule) -> SourceFile:
    """Write them."""
    names = module.types.names
    examples = [(quoted(name.pascal()), names[name], quoted(text)) for name, text in islice(shown_examples(api), _MOST)]
    methods = [(service, each) for service in module.services for each in service.methods]
    plain = [
        {
            "id": quoted(each.operation.id),
            "call": f"client.{service.field}.{each.name}(ctx{f', {module.package}.{each.params}{{}}' if each.params else ''})",
            "gives": bool(each.result),
            "method": quoted(each.operation.method),
            "path": quoted(each.operation.path),
        }
        for service, each in methods
        if _plain(each)
    ]
    values = {"package": module.package, "module": module.path, "examples": examples, "calls": plain[:_MOST]}
    return rendered("package_test.go", "package_test.go.jinja", values)


def _plain(method: GoMethod) -> bool:
    """Whether the operation can be called with nothing: what it sends is then known beforehand."""
    operation = method.operation
    sendable = operation.body is None and not operation.servers and operation.method not in {"CONNECT", "TRACE"}
    easy = _EASY.fullmatch(operation.path) and not operation.signed and sendable
    return bool(easy) and all(field.optional for field in method.fields)
