"""Going out: which addresses may be reached, and the one client that reaches them (decision 0014)."""
