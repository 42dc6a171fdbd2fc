"""Import."""

from __future__ import annotations

from .._runtime.declare import (
    AsyncGroup,
    AwaitedCall,
    BINARY,
    Body,
    ListOf,
    Model,
    OPTIONALLY_SIGNED,
    Operation,
    Returned,
    STRING,
    Session,
    field,
)


class Upload(Model):
    """Upload."""

    file: bytes | None = field("file", BINARY, default=None)
    name: str | None = field("name", STRING, default=None)
    files: list[bytes] | None = field("files", ListOf(BINARY), default=None)


_UPLOAD: Operation[str] = Operation(
    "upload",
    "POST",
    "/files",
    body=Body("multipart", "multipart/form-data", Upload, required=False, binary=frozenset({"file", "files"})),
    returned=(
        Returned("200", "text", "text/csv", STRING),
    ),
    signed=OPTIONALLY_SIGNED,
    places=(0, 1),
    server="https://files.example.com",
)


_DOWNLOAD: Operation[bytes] = Operation(
    "download",
    "GET",
    "/files",
    returned=(
        Returned("200", "binary", "application/zip", BINARY),
    ),
    server="https://files.example.com",
)


class ImportApi:
    """Import."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        """Made by the client."""
        self._session = session

    def upload(
        self,
        *,
        body: Upload | None = None,
    ) -> str:
        """Upload

        POST /files, signed
        """
        return self._session.call(_UPLOAD, body=body)

    def download(self) -> bytes:
        """Download

        GET /files
        """
        return self._session.call(_DOWNLOAD)


class AsyncImportApi(AsyncGroup):
    """Import. Each call is awaited."""

    __slots__ = ()

    upload = AwaitedCall(ImportApi.upload)
    download = AwaitedCall(ImportApi.download)
