"""Text, tree and sentence of a condition, and its check against the catalogue. Pure."""
