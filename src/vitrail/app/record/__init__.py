"""The record of processing activities (GDPR, article 30): gathered from what is declared, and written."""
