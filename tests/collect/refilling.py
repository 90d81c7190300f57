"""Files what waits in the inbox of a workspace, trying again after each failure; says how each try went."""

import sys
from pathlib import Path

from vitrail.collect.filing.drain import drain
from vitrail.ledger.inbox import open_inbox
from vitrail.model.errors import UserError
from vitrail.warehouse import store as stores

TRIES = 4


def main(root: Path) -> None:
    with stores.open(root) as store, open_inbox(root) as inbox:
        for _ in range(TRIES):
            try:
                found = str(drain(store, inbox).filed)
            except UserError as error:
                found = error.problems[0].code
            except Exception as error:
                found = f"{type(error).__name__}: {error}".splitlines()[0]
            sys.stdout.write(found + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
