"""The pages of the web app, as addresses."""
