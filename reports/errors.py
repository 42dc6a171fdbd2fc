"""Every exception of the reports: what does not verify, what could not be published, and what is set up wrongly."""

from __future__ import annotations


class ReportError(Exception):
    """The reports could not do their work. The message is one line: what, where, what to do."""

    exit_code = 2
    """What the command line ends with: 1 does not verify, 2 wrong usage or configuration, 3 something we depend on is unavailable."""


class CanonicalError(ReportError):
    """A document is not canonical JSON, or can't be written as such."""


class DocumentError(ReportError):
    """A document is not of its published form. The message names the field."""


class KeyFileError(ReportError):
    """A key, or the folder that keeps it, can't be read, written or used."""


class LogError(ReportError):
    """The transparency log on disk is damaged or was changed."""


class StoreError(ReportError):
    """A request, run or certificate is not in a state that allows what was asked."""


class StoreUnavailableError(StoreError):
    """The database does not answer, or is held by others for too long."""

    exit_code = 3


class PublishError(ReportError):
    """A package can't be published as asked: not cleared, or the registry holds something else at that version."""


class RegistryUnavailableError(ReportError):
    """A registry does not answer. Says nothing about the package."""

    exit_code = 3


class FetchError(ReportError):
    """A document could not be fetched: too large, too slow, or at an address that is not allowed."""


class FetchUnavailableError(FetchError):
    """The place that a document should come from does not answer."""

    exit_code = 3


class VerificationError(ReportError):
    """Something does not verify. The message opens with the file and field that are wrong."""

    exit_code = 1


class MissingError(VerificationError):
    """A file that the verification needs is not there."""


class MalformedError(VerificationError):
    """A signed file is not in the one form that it may have."""


class SignatureError(VerificationError):
    """A signature is wrong, or by a key that is not trusted for it."""


class DigestError(VerificationError):
    """A file's bytes are not the signed ones."""


class StatementError(VerificationError):
    """What was signed is not what the report says."""


class LogProofError(VerificationError):
    """The proof that the envelope stands in the transparency log does not hold."""


class ExpiredError(VerificationError):
    """A certificate, key or status list is past its time, or not yet in it."""


class RevokedError(VerificationError):
    """The certificate was revoked or is suspended."""


class NotCertifiedError(VerificationError):
    """The signed report does not certify what was asked for."""
