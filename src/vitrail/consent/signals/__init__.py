"""Foreign signals of consent: what sites and browsers say, read into entries of the ledger."""
