"""The pages of segmentations: their list, one of them, and changing its classes."""
