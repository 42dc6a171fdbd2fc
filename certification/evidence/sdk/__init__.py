"""Exercises a built SDK: installs it, calls every operation against the mock exchange, decodes every type, and records what happened."""

from certification.evidence.sdk.exercise import exercise
from certification.evidence.sdk.plan import ExercisePlan, plan_exercise

__all__ = ["ExercisePlan", "exercise", "plan_exercise"]
