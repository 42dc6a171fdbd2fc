"""The words that a schema may be made of, in any version of OpenAPI."""

from __future__ import annotations

from sdkgen.api.flat import STRUCTURE
from sdkgen.api.repair.places import INSIDE

FLAGS = ("nullable", "readOnly", "writeOnly", "deprecated", "x-nullable", "uniqueItems")
"""Words that are true or false."""

COMBINING = ("allOf", "oneOf", "anyOf")
"""Words that list schemas."""

_ABOUT = ("title", "description", "default", "example", "examples", "xml", "externalDocs", "summary", "name", "in", "schema")
_OTHER = ("discriminator", "dependentRequired", "dependencies", "$ref", "$id", "$anchor")
VOCABULARY = STRUCTURE | INSIDE | frozenset((*FLAGS, *_ABOUT, *_OTHER))
