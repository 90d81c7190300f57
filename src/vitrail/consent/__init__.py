"""Consent: purposes and legal bases, who may be reached, and the rights of people."""
