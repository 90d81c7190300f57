"""The report of the base: where the data come from, how fresh, how complete, and what is wrong in them."""
