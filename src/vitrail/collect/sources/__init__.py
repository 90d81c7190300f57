"""Sources that pull: databases, folders, object stores, HTTP APIs and CRMs, read again and again."""
