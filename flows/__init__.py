"""Orchestration: the only package that imports Prefect; flows, tasks, deployments and the command line."""
