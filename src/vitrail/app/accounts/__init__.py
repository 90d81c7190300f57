"""Accounts of those who work with Vitrail: passwords, links, second factor, sessions, API keys."""
