"""From a profile to the snapshot of its description: fetched if it changed, kept by digest."""
