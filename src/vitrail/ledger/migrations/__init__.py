"""The steps that bring a ledger from one shape to the next."""
