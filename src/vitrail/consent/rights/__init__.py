"""The rights of people (GDPR, articles 15 to 21): what they asked for, and doing it."""
