"""Examines SDKs of third parties through the harness's protocol: an adapter's folder in, evidence about the SDK out."""
