"""Programs for those who work on Vitrail; nothing here is installed."""
