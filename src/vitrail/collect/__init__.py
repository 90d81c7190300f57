"""What brings data in: files, databases, streams, and the sample shop."""
