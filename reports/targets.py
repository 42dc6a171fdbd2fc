"""What ``certify verify`` is given: a run's folder, one of its files, a package, or a URL of any of them."""

from __future__ import annotations

import dataclasses
import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from certification.files import digest_of
from reports.clearance import Clearance, Requirements, verify_folder, verify_packages, verify_proof
from reports.errors import DigestError, MissingError
from reports.log import PROOF_NAME
from reports.proof import Proof, read_proof
from reports.report import REPORT_NAME, is_run_id
from reports.statement import CERTIFICATION_NAME, TEST_RESULT_NAME
from reports.status import STATUS_NAME, load_status, read_status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROVING_FILES = (REPORT_NAME, CERTIFICATION_NAME, PROOF_NAME, TEST_RESULT_NAME)
PACKAGE_SUFFIXES = (".whl", ".tar.gz", ".tgz", ".zip")

_DIGESTS = "proofs/by-digest"
_PACKAGE_BYTES = 512 * 1024**2


def verify_target(target: str, asked: Requirements, *, registry: str | None = None) -> Clearance:
    """Verify whatever a person names.

    A folder must hold every package that its report names; a file of a run stands for the run, with the packages that are there; a
    package is looked up beside itself, in the registry around it, or else in ``registry`` (a folder or URL). A URL is fetched.

    Of the status lists that ``asked`` brings, that stand beside the proof and in ``registry``, the newest counts.

    Raises:
        VerificationError: Something does not verify; the message opens with the file that is wrong.
        FetchError: A URL can't be fetched.
    """
    if _is_url(target):
        return _verify_url(target, asked, registry)
    path = Path(target)
    if path.is_dir():
        return verify_folder(path, _with_status(asked, (path,), registry))
    if not path.is_file():
        raise MissingError(f"{target}: there is no such file or folder")
    if path.name in PROVING_FILES:
        return verify_folder(path.parent, _with_status(asked, (path.parent,), registry), partial=True)
    return _verify_package(path, asked, registry)


def _verify_package(path: Path, asked: Requirements, registry: str | None) -> Clearance:
    resolved = path.resolve()
    for folder in (resolved.parent, resolved.parent.parent):
        if (folder / REPORT_NAME).is_file():
            return verify_packages([path], read_proof(folder), _with_status(asked, (folder,), registry))
    around = next((folder for folder in resolved.parents if (folder / _DIGESTS).is_dir()), None)
    if around is None and registry is not None and _is_url(registry):
        proof, checked = _remote_proof(registry, _digest(path), str(path), asked)
        return verify_packages([path], proof, checked)
    place = around or (Path(registry) if registry is not None else None)
    if place is None:
        raise MissingError(f"{path}: no {REPORT_NAME} beside it and no registry around it; name the registry that it came from")
    return verify_packages([path], read_proof(_proof_folder(path, place)), _with_status(asked, (place,), registry))


def _proof_folder(path: Path, registry: Path) -> Path:
    """The folder with a package's certificate in a registry."""
    named = registry / _DIGESTS / _digest(path)
    if not named.is_file():
        raise DigestError(f"{path}: its digest {named.name} is none that the registry {registry} holds a certificate for; don't install it")
    run_id = named.read_text(errors="replace")
    if not is_run_id(run_id):
        raise DigestError(f"{named}: does not hold a run id")
    return registry / "proofs" / run_id


def _verify_url(url: str, asked: Requirements, registry: str | None) -> Clearance:
    from reports.fetch import Limits, fetch  # noqa: PLC0415 - verifying a folder must start without it

    path = urlsplit(url).path
    if not path.endswith(PACKAGE_SUFFIXES):
        base = url.rpartition("/")[0] if path.rpartition("/")[2] in PROVING_FILES else url.partition("?")[0].rstrip("/")
        return verify_proof(_fetched_proof(base, fetch), _with_status(_with_remote_status(asked, base, fetch), (), registry))
    content = fetch(url, limits=Limits(size=_PACKAGE_BYTES, seconds=300))
    if content is None:
        raise MissingError(f"{url}: there is no such file")
    # A registry on this machine is where packages are published, not where this one came from; its status list counts all the same.
    place = registry if registry is not None and _is_url(registry) else url
    proof, checked = _remote_proof(place, hashlib.sha256(content).hexdigest(), url, asked)
    with tempfile.TemporaryDirectory(prefix="certify-") as folder:
        copy = Path(folder) / Path(path).name
        copy.write_bytes(content)
        return verify_packages([copy], proof, _with_status(checked, (), registry))


def _remote_proof(place: str, digest: str, name: str, asked: Requirements) -> tuple[Proof, Requirements]:
    """The certificate of a package in the registry at, or above, a URL."""
    from reports.fetch import fetch  # noqa: PLC0415 - verifying a folder must start without it

    for base in _above(place):
        run_id = fetch(f"{base}/{_DIGESTS}/{digest}")
        text = run_id.decode(errors="replace") if run_id is not None else ""
        if is_run_id(text):
            return _fetched_proof(f"{base}/proofs/{quote(text)}", fetch), _with_remote_status(asked, base, fetch)
    raise DigestError(f"{name}: its digest {digest} is none that the registry at {place} holds a certificate for; don't install it")


def _above(url: str) -> Iterator[str]:
    """A URL and those of the folders around it, without a slash at their end."""
    parts = urlsplit(url)
    steps = [step for step in parts.path.split("/") if step]
    for count in range(len(steps), -1, -1):
        yield parts._replace(path="".join(f"/{step}" for step in steps[:count]), query="", fragment="").geturl()


def _fetched_proof(base: str, fetch: Callable[[str], bytes | None]) -> Proof:
    found = {name: fetch(f"{base}/{name}") for name in PROVING_FILES}
    report, envelope, log_proof = (found[name] for name in (REPORT_NAME, CERTIFICATION_NAME, PROOF_NAME))
    if report is None or envelope is None or log_proof is None:
        missing = next(name for name in PROVING_FILES if found[name] is None)
        raise MissingError(f"{missing}: there is none at {base}/")
    return Proof(report=report, envelope=envelope, log_proof=log_proof, tested=found[TEST_RESULT_NAME])


def _with_status(asked: Requirements, folders: tuple[Path, ...], registry: str | None) -> Requirements:
    """The newest of the status lists at hand: an old one that somebody put beside a proof must not hide it."""
    places = [*folders, *([Path(registry)] if registry is not None and not _is_url(registry) else [])]
    found = [load_status(folder / STATUS_NAME, trust=asked.trust) for folder in places if (folder / STATUS_NAME).is_file()]
    found += [asked.status] if asked.status is not None else []
    if asked.status is None and registry is not None and _is_url(registry):
        from reports.fetch import fetch  # noqa: PLC0415 - verifying a folder must start without it

        remote = _with_remote_status(asked, registry.rstrip("/"), fetch).status
        found += [remote] if remote is not None else []
    return dataclasses.replace(asked, status=max(found, key=lambda status: status.sequence)) if found else asked


def _with_remote_status(asked: Requirements, base: str, fetch: Callable[[str], bytes | None]) -> Requirements:
    """The status list of a server stands beside the proof or at the server's root."""
    if asked.status is not None:
        return asked
    root = urlsplit(base)._replace(path="", query="", fragment="").geturl()
    for place in dict.fromkeys((base, root)):
        content = fetch(f"{place}/{STATUS_NAME}")
        if content is not None:
            return dataclasses.replace(asked, status=read_status(content, trust=asked.trust, name=f"{place}/{STATUS_NAME}"))
    return asked


def _digest(path: Path) -> str:
    try:
        return digest_of(path)
    except OSError as error:
        raise MissingError(f"{path}: can't be read ({error.strerror})") from error


def _is_url(text: str) -> bool:
    return text.startswith(("http://", "https://"))
