"""The container engine: reaching it, the marks on everything we start in it, and sweeping what dead runs left."""

from __future__ import annotations

import socket
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import docker
import docker.errors
import docker.utils
import requests.exceptions
import urllib3.exceptions

from certification.errors import IsolationError
from certification.isolation import owner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from docker import DockerClient

RUN_LABEL = "org.openxapi.certify.run"
OWNER_LABEL = "org.openxapi.certify.owner"
STAGE_LABEL = "org.openxapi.certify.stage"
"""On what is left of a build's first stage: not needed once the image is there."""
_CALL_TIMEOUT_S = 600
_LOCAL = "unix:///var/run/docker.sock"
FAILURES = (OSError, docker.errors.DockerException, requests.exceptions.RequestException, urllib3.exceptions.HTTPError)
"""What a call to the engine fails with."""


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Turn the engine's exceptions into ours.

    Raises:
        IsolationError: ``what`` failed; with the engine's own explanation.
    """
    try:
        yield
    except FAILURES as error:
        raise IsolationError(f"{what}: {_explanation(error)}") from error


def _explanation(error: Exception) -> str:
    text = getattr(error, "explanation", None) or str(error)
    return " ".join(str(text).split())[:400]


def connect() -> DockerClient:
    """The engine that the environment names, the local one unless it names another.

    Raises:
        IsolationError: none answers.
    """
    with translated("no container engine answers; start one, or use --isolation process"):
        knock()
        client = docker.from_env(timeout=_CALL_TIMEOUT_S)
        try:
            client.ping()
        except BaseException:
            client.close()
            raise
        return client


def knock() -> None:
    """Try a local engine's socket first: the SDK leaks its own where nobody listens.

    Raises:
        OSError: nobody does.
    """
    address = docker.utils.kwargs_from_env().get("base_url", _LOCAL)
    scheme, _, path = address.partition("://")
    if scheme.endswith("unix"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.connect("/" + path.lstrip("/"))


def has_image(client: DockerClient, reference: str) -> bool:
    """Whether the engine holds it."""
    with translated(f"the engine does not say whether it holds image {reference}"):
        try:
            client.images.get(reference)
        except docker.errors.ImageNotFound:
            return False
        return True


def image_id(client: DockerClient, reference: str) -> str:
    """The image's content digest, after a pull where the engine does not hold it.

    Raises:
        IsolationError: it can't be had.
    """
    with translated(f"image {reference} is not here and can't be pulled"):
        try:
            return str(client.images.get(reference).id)
        except docker.errors.ImageNotFound:
            repository, _, tag = reference.rpartition(":") if ":" in reference.rpartition("/")[2] else (reference, "", "latest")
            return str(client.images.pull(repository, tag=None if "@" in reference else tag).id)


def run_once(client: DockerClient, image: str, command: tuple[str, ...]) -> str:
    """What a command prints in a container without network that is removed afterwards.

    Raises:
        IsolationError: it could not be run, or failed.
    """
    with translated(f"{command[0]} can't be run in image {image}"):
        labels = marks("probe")
        printed = client.containers.run(image, entrypoint=list(command), command=[], network_mode="none", remove=True, labels=labels)
        return bytes(printed).decode(errors="replace")


def build_image(client: DockerClient, context: Path, *, tag: str, base: str) -> None:
    """Build a context that needs no network.

    Raises:
        IsolationError: the build failed; with the last line that it printed.
    """
    with translated(f"image {tag} can't be built"):
        try:
            client.images.build(path=str(context), tag=tag, buildargs={"BASE": base}, network_mode="none", rm=True, forcerm=True)
            client.images.prune(filters={"dangling": True, "label": STAGE_LABEL})
        except docker.errors.BuildError as error:
            lines = [str(entry.get("stream") or entry.get("error") or "").strip() for entry in error.build_log]
            printed = " ".join([line for line in lines if line][-2:])
            raise IsolationError(f"image {tag} can't be built: {printed[-400:]}") from error


def marks(run: str) -> dict[str, str]:
    """The labels of everything that a run of this process makes."""
    return {RUN_LABEL: run, OWNER_LABEL: owner.this_process().text()}


def _is_leftover(labels: dict[str, str], run: str | None) -> bool:
    if run is not None:
        return labels.get(RUN_LABEL) == run
    who = owner.parse(labels.get(OWNER_LABEL, ""))
    return who is not None and who.is_gone()


def sweep(client: DockerClient, *, run: str | None = None) -> tuple[str, ...]:
    """Remove the containers, networks and volumes of one run, or of every run whose process is gone; gives their names.

    Raises:
        IsolationError: the engine does not answer.
    """
    removed = []
    only: dict[str, str | list[str] | bool] = {"label": RUN_LABEL}
    with translated("what earlier runs left in the engine can't be removed"):
        knock()
        for container in client.containers.list(all=True, filters=only, ignore_removed=True):
            if _is_leftover(container.labels, run):
                with suppress(docker.errors.NotFound):
                    container.remove(force=True, v=True)
                removed.append(str(container.name))
        for network in client.networks.list(filters=only):
            if _is_leftover(network.attrs.get("Labels") or {}, run):
                with suppress(docker.errors.NotFound):
                    network.remove()
                removed.append(str(network.name))
        for volume in client.volumes.list(filters=only):
            if _is_leftover(volume.attrs.get("Labels") or {}, run):
                with suppress(docker.errors.NotFound):
                    volume.remove(force=True)
                removed.append(str(volume.name))
    return tuple(removed)
