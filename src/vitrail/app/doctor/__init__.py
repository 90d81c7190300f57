"""The doctor: looks at everything a workspace stands on, and says what to do."""
