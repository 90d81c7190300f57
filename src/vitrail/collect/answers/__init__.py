"""Answers given willingly: surveys and preference centres behind signed links."""
