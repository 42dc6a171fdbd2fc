"""AsyncAPI descriptions, versions 2 and 3, into the language-neutral model."""
