"""What the program says over HTTP."""
