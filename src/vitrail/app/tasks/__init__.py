"""Long work asked on the pages: files imported, the sample shop, first segments; kept across restarts."""
