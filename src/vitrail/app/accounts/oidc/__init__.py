"""Signing in through the company's own identity provider (OpenID Connect): off until it is set up."""
