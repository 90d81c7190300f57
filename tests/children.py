"""Children of a program that shares what it has loaded with them: a kill ends one alone."""

import os
import sys
from collections.abc import Callable


def in_child(work: Callable[[], None]) -> int:
    """Do something in a child; answers how it ended."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    try:
        work()
    except BaseException as error:
        sys.stderr.write(repr(error))
        os._exit(1)
    os._exit(0)
