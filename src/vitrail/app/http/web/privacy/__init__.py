"""The addresses of the pages on privacy."""
