"""`python -m vitrail.app.cli`: the same as `vitrail`."""

from vitrail.app.cli import main

main()
