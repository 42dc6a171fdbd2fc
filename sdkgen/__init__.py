"""API description in, SDK source in three languages out."""
