"""What the pages of data show: imports, sources, quarantine, the plan, the catalogue, their quality."""
