"""The mock exchange: an HTTP server that answers planned calls with planned answers and writes down every request, byte for byte.

It needs nothing but the standard library and imports only itself, so that it also runs where the rest of us is not installed.
"""
