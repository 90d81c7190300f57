"""Between text, tree and sentence, in French and English, checked against the catalogue. Pure."""
