"""Which operation of a description the contract tester means, by its labels and by the addresses that it calls."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from certification.evidence.contract.plan import label

if TYPE_CHECKING:
    from sdkgen.api.model import Api

_PARAMETER = re.compile(r"\{[^{}]*\}")
_SEGMENT = "[^/]+"
"""What a parameter of a path may be."""


class Ids:
    """Which operation the tool means by a label (``METHOD /path``)."""

    def __init__(self, api: Api) -> None:
        """Know the operations of ``api``."""
        self._by_label = {label(operation): operation.id for operation in api.operations}
        self._by_path: dict[str, str] = {}
        for operation in api.operations:
            self._by_path.setdefault(operation.path, operation.id)
        self._shapes = tuple((operation.method.upper(), _shape(operation.path)) for operation in api.operations)

    def exact(self, tool_label: str) -> str | None:
        """``Operation.id``; ``None`` where none is described."""
        return self._by_label.get(tool_label)

    def operation_of(self, tool_label: str) -> str:
        """The same; a method that is not described counts for what its path describes, and what is not known keeps its label."""
        return self._by_label.get(tool_label) or self._by_path.get(tool_label.partition(" ")[2]) or tool_label

    def methods_of(self, path: str) -> frozenset[str]:
        """What is described of a path, without methods that servers answer by themselves."""
        called = (told.partition(" ") for told in self._by_label)
        return frozenset(method.upper() for method, _, described in called if described == path) - {"HEAD", "OPTIONS"}

    def is_described(self, method: str, url: str, path: str) -> bool:
        """Whether a request of the path's may be one of a described operation after all.

        ``PATCH /orders/client:7`` is none of ``/orders/client:{id}``, and fits ``/orders/{order_id}``.
        """
        called = urlsplit(url).path
        own = re.search(_shape(path).pattern + r"\Z", called)
        within = called[own.start() :] if own else called
        return any(each == method.upper() and shape.fullmatch(within) for each, shape in self._shapes)


def _shape(path: str) -> re.Pattern[str]:
    """What addresses of a described path look like, without what the server puts before all of them."""
    return re.compile(_SEGMENT.join(re.escape(fixed) for fixed in _PARAMETER.split(path)))
