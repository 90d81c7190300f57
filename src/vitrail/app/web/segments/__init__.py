"""The pages of segments: their list, and one of them."""
