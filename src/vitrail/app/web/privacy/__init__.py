"""What the pages on privacy show: the register of purposes, consents, requests, retention, the trail."""
