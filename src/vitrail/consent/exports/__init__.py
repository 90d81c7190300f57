"""Files that are taken away: the register of who was in them, and what their holders are to be asked."""
