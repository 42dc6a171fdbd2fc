"""API descriptions: fetch, keep by digest, compare."""
