"""Sensitive data: what they are called, where they are, and where a rule uses or infers them."""
