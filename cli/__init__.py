"""The `bailleurs` command: everything that is done by hand around the assistant."""
