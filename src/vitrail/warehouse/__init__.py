"""Facts in Parquet files under a manifest: write, compact, slice, erase; memberships as bitmaps and a log."""
