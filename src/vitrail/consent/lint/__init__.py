"""The lint: what a customer would find intrusive in a segment or a message, and what to do instead."""
