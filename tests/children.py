"""Children of a program that shares what it has loaded with them: a kill ends one alone."""

import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module


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


def in_first_child(work: Callable[[], None]) -> int:
    """The same; what it had to load is then loaded here, once, and not by each child that follows."""
    with tempfile.NamedTemporaryFile("w+", encoding="utf-8") as told:

        def tell() -> None:
            work()
            told.write("\n".join(sys.modules))
            told.flush()

        ended = in_child(tell)
        told.seek(0)
        for name in told.read().splitlines():
            with suppress(Exception):  # what one module calls another inside itself, for instance
                import_module(name)
    return ended
