"""What one change of a generated SDK is, and which checks may find the kinds of changes that there are."""

from __future__ import annotations

from dataclasses import dataclass

from sdkgen.language import Language

NUMBERS = ("values.numbers_stay_exact", "values.generated_values_survive", "wire.answers_reach_the_caller_unchanged")
REQUESTS = ("wire.requests_match_the_description", "wire.signatures_verify")
SIGNED = ("wire.signatures_verify",)
ONCE = ("errors.no_call_is_sent_twice", "trading.orders_placed_through_the_sdk_are_whole", "manners.only_what_is_safe_is_repeated")
WAITS = (
    "errors.error_statuses_become_typed_errors",
    "trading.rate_limits_are_honoured_by_the_sdk",
    "manners.only_what_is_safe_is_repeated",
)
UNKNOWN = ("values.what_is_unknown_is_kept",)
TYPED = ("errors.error_statuses_become_typed_errors",)
STREAMS = ("trading.streams_survive_in_the_sdk",)
DAMAGED = ("errors.damaged_answers_become_typed_errors",)
FIELDS = ("values.other_kinds_are_refused", "values.generated_values_survive")
REPEATS = ("manners.only_what_is_safe_is_repeated",)
PAGES = ("manners.pages_are_read_to_their_end",)
BUDGETS = ("manners.budgets_are_kept",)
CLOCK = ("manners.clocks_are_corrected",)
WORDS = ("manners.refusals_keep_their_words",)
CONNECTIONS = ("manners.answers_are_read_however_they_travel",)
SECRETS = ("conduct.secrets_stay_out_of_logs_and_errors",)
MEMORY = ("hygiene.memory_stays_bounded",)
BROKEN = ("errors.broken_connections_become_typed_errors", "manners.only_what_is_safe_is_repeated")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """One change of one file."""

    name: str
    language: Language
    file: str
    """The name of the file in the SDK; where that does not hold the text (any more), the one file that does."""
    before: str
    """Stands there exactly once."""
    after: str
    found_by: tuple[str, ...]
    """The checks that ask what this breaks; one of them must find it."""


Change = tuple[str, str, str, str, tuple[str, ...]]
"""Name, file, before, after, checks, as in ``Mutation``."""


def mutations(language: Language, *changes: Change) -> tuple[Mutation, ...]:
    """Mutations of one language's SDK, whose names begin with it."""
    return tuple(
        Mutation(name=f"{language.value}-{name}", language=language, file=file, before=before, after=after, found_by=found_by)
        for name, file, before, after, found_by in changes
    )
