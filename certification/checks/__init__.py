"""The questions that a certification asks of its evidence: one function per requirement, pure, one module per theme."""
