"""Backups: one file with everything of a workspace at one instant, and a workspace made from it again."""
