"""Request signing, declared once as a recipe and obeyed by every SDK and by the contract tester."""
