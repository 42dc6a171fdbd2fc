"""The standard of today. A change that can change a verdict bumps the version and stands in CHANGELOG.md."""

from __future__ import annotations

from certification.levels.bronze import BRONZE
from certification.levels.gold import GOLD
from certification.levels.platinum import PLATINUM
from certification.levels.rule import Standard
from certification.levels.silver import SILVER

STANDARD = Standard(name="OpenXAPI Certification Standard", version="1.42.0", levels=(BRONZE, SILVER, GOLD, PLATINUM))
