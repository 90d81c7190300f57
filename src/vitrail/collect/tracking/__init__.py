"""Tracking payloads: what sites, apps and tills send in the protocol that Segment's SDKs speak."""
