"""From an exchange's profile to a verdict: fetch, build, exercise, check, decide."""
