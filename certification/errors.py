"""Every exception of the certification: we could not do our work. A failed check is data, not an exception."""

from __future__ import annotations

from certification.model import Hindrance, Obstacle


class CertificationError(Exception):
    """The certification could not do its work. The message is one line: what, where, what to do."""

    exit_code = 2
    """What the command line ends with: 2 wrong usage or configuration, 3 something we depend on is unavailable."""


class ProfileError(CertificationError):
    """A profile, overlay or option is wrong."""


class FetchError(CertificationError):
    """A description could not be fetched: not found, too large, too slow, or at an address that is not allowed."""


class NotThereError(FetchError):
    """There is no description at all where it should be; asking again would not help."""


class UnavailableError(CertificationError):
    """Something we depend on does not answer: sandbox, registry, engine. Says nothing about the exchange."""

    exit_code = 3
    hindrance = Hindrance.ENVIRONMENT
    """What the evidence says kept us from looking."""


def obstacle_of(error: UnavailableError) -> Obstacle:
    """What the exception says, as evidence."""
    return Obstacle(reason=str(error), hindrance=error.hindrance)


class SandboxError(UnavailableError):
    """The sandbox can't be started or reached."""


class SandboxSetupError(SandboxError):
    """The sandbox can't be reached as it was asked for: its address or an option must change first."""

    hindrance = Hindrance.CONFIGURATION


class SandboxCredentialsError(SandboxError):
    """What the sandbox is called with is missing."""

    hindrance = Hindrance.CREDENTIALS


class IsolationError(UnavailableError):
    """The container engine does not answer, or a job could not be started in it."""


class BuildError(CertificationError):
    """A build tool itself is missing or broken (an SDK that does not build is a finding, not this)."""


class AdapterError(CertificationError):
    """An adapter of a third party's SDK is wrong, or does not speak the harness's protocol."""
