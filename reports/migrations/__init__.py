"""How the store's tables came to be, a step a file, for Alembic."""
