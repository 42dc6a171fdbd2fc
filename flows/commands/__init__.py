"""The command line: one module per command, imported when the command is called, with no business logic inside."""
