"""The pages where people answer forms."""
