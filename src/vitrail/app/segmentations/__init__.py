"""Segmentations: their classes in order, who moves between them, what a change of them would do."""
