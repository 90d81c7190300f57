"""Files as people really have them: what they are, how they are written, what must be asked, their rows."""
