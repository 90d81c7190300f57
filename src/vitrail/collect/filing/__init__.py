"""From the inbox to the warehouse: what was acknowledged is filed once, or waits with its reason."""
