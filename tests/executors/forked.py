"""A fork server in a process of its own: the process of the tests has threads, and must not be forked."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from gitcp.executors.forking import ForkServer

PROGRAM = ("a-program",)
SERVER = """
import os, signal, socket, sys, time
from contextlib import suppress
from pathlib import Path
from gitcp.executors.forking import serve

def main(arguments):
    {body}

with suppress(OSError):  # as in a server that was begun
    serve(socket.socket(fileno=int(sys.argv[1])), ("a-program",), main)
"""


@contextmanager
def a_server(body: str = "return 0") -> Iterator[ForkServer]:
    """Serve jobs; one of PROGRAM is a function with this body, which is given `arguments`."""
    near, far = socket.socketpair()
    script = SERVER.format(body=body.replace("\n", "\n    "))
    argv = [sys.executable, "-c", script, str(far.fileno())]
    with near, subprocess.Popen(argv, pass_fds=[far.fileno()]) as process:
        far.close()
        with ForkServer(near) as server:
            yield server
        assert process.wait(30) == 0
