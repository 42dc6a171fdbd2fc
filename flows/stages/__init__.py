"""What a run does, stage by stage, as plain functions: tasks call them with Prefect, benchmarks and tests without."""
