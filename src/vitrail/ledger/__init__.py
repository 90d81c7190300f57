"""Obligations and decisions: definitions, manifest, runs and audit, in SQLite or PostgreSQL."""
