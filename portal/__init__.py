"""The web service: certification requests, certificates, badges, package index."""
