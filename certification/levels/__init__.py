"""The certification standard: one table of rules per level, as data with a digest of its own."""
