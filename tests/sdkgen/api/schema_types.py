"""The types of single values."""

from __future__ import annotations

from sdkgen.api.model import Scalar, ScalarKind

TEXT, WHOLE, NUMBER = Scalar(kind=ScalarKind.STRING), Scalar(kind=ScalarKind.INTEGER), Scalar(kind=ScalarKind.DECIMAL)


FLAG, ANY, BYTES = Scalar(kind=ScalarKind.BOOLEAN), Scalar(kind=ScalarKind.ANY), Scalar(kind=ScalarKind.BINARY)
