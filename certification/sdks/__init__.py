"""From SDK source to package: one module per language, with its own build tools and type checkers."""
