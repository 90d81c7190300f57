"""The only place that writes SQL: trees of sqlglot, never text glued together."""
