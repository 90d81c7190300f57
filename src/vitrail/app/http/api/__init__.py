"""The HTTP API: what can be asked of a workspace and how it is administered, by programs."""
