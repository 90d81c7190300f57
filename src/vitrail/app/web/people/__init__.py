"""Customers as pages show them: found, one by one, and side by side where they may be one."""
