"""Puts groups of requests into an inbox and says of each whether it was kept. Run as a program of its own."""

import sys
from pathlib import Path

from vitrail.ledger.inbox import NewRequest, NotKept, open_inbox

GROUPS, SIZE = 6, 3


def main(root: Path) -> None:
    with open_inbox(root) as inbox:
        for group in range(GROUPS):
            try:
                inbox.append([NewRequest(group, "site", b"%d" % n + b" " * 3000) for n in range(SIZE)])
            except NotKept as refused:
                sys.stdout.write(f"refused {group} {refused.reason}\n")
            else:
                sys.stdout.write(f"kept {group}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
