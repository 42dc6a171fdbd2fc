"""Makes findings plain: where the description says what was expected, what probably made them, and which have one cause."""
