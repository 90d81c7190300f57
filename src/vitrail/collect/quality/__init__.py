"""The quality of what was collected: how it drifts, what is expected of it, and what is wrong with it."""
