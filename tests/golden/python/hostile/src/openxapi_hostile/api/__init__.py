"""The API's operations and types, a module for each group."""
