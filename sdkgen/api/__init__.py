"""An API description, loaded into one language-neutral model."""
