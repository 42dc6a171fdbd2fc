"""The second backend: SDKs by OpenAPI Generator, packaged so that they build through the same path and answer to the same checks."""

from sdkgen.openapi_generator.emit import emit

__all__ = ["emit"]
