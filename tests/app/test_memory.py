"""A process of ours arranges its memory, where its C library knows how."""

import platform
import subprocess
import sys

PROGRAM = "from vitrail.app.memory import keep_memory; print(keep_memory())"


def test_memory_is_kept_where_the_c_library_can():
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == str(platform.libc_ver()[0] == "glibc")
