"""The words: frozen values and errors. No clock, no input, no output."""
