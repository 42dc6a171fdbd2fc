"""Single mutations of generated SDKs, as data: what is changed where, and which checks may find it."""

from __future__ import annotations

from benchmarks.mutation import Mutation
from benchmarks.mutations_go import GO
from benchmarks.mutations_python import PYTHON
from benchmarks.mutations_typescript import TYPESCRIPT

__all__ = ["MUTATIONS", "Mutation"]

MUTATIONS = (*PYTHON, *TYPESCRIPT, *GO)
"""At least twenty-five for each language."""
