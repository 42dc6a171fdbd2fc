"""What the levels and outcomes look like, the same in every rendering."""

from __future__ import annotations

from certification.model import Level, VerdictOutcome

LEVEL_COLOURS = {
    Level.NONE: "#6e7781",
    Level.BRONZE: "#a8652a",
    Level.SILVER: "#6b7c93",
    Level.GOLD: "#a67c00",
    Level.PLATINUM: "#2f7f8f",
}
"""Each with a contrast of at least 3:1 to white, which bold text of a badge needs."""

GREY = "#6e7781"
RED = "#c5303a"
AMBER = "#9a6700"

PROMISES = {
    Level.BRONZE: "builds",
    Level.SILVER: "conforms",
    Level.GOLD: "trades",
    Level.PLATINUM: "proven",
}
"""The word that stands for each level's promise."""

OUTCOME_WORDS = {
    VerdictOutcome.CERTIFIED: "Certified",
    VerdictOutcome.NOT_CERTIFIED: "Not certified",
    VerdictOutcome.INCONCLUSIVE: "Inconclusive",
}
