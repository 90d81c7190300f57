"""The server: the tracking API, the health page, and whatever else is answered over HTTP."""
