"""The addresses of the pages of settings."""
