"""The rights of people, as a workspace offers them."""
