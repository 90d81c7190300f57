"""Who asks, what they may do, and the pages where they sign in."""
