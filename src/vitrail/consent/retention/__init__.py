"""Retention: how long people and what they did are kept, what is past its period, and letting it go."""
