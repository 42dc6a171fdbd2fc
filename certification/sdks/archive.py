"""Archives whose bytes depend on their content only: no clock, no user, no order of a file system.

Everything is packed here, in this process, whatever job made the content: a compressor of another version must not give the same
package another digest.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sdkgen.source import SourceFile

EPOCH_S = 315532800
"""1980-01-01 in UTC, the earliest time that a zip file can name: the time of everything in a package, and ``SOURCE_DATE_EPOCH``."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644


def zip_bytes(files: Iterable[SourceFile]) -> bytes:
    """A zip of the files in the order given."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for file in files:
            member = zipfile.ZipInfo(file.path, date_time=_EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3
            member.external_attr = (0o100000 | _MODE) << 16
            archive.writestr(member, file.content, compresslevel=9)
    return buffer.getvalue()


def tar_gz_bytes(files: Iterable[SourceFile]) -> bytes:
    """A gzipped tar of the files in the order given."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for file in files:
            member = tarfile.TarInfo(file.path)
            member.size, member.mtime, member.mode = len(file.content), EPOCH_S, _MODE
            archive.addfile(member, io.BytesIO(file.content))
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=buffer, mode="wb", compresslevel=9, mtime=0) as compressed:
        compressed.write(plain.getvalue())
    return buffer.getvalue()
