"""What every generated Python SDK carries: exact JSON, typed models, the wire, signing, transport. Standard library only."""
