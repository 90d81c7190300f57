"""The addresses of the pages of data."""
