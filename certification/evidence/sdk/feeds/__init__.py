"""A stream of the mock exchange's that breaks, heard through the SDK of a third party."""
