"""Walks through two cycles as a client in another language would: with the protos and a token for each role.

Usage: walk.py PROTOS HOST:PORT TOKENS

PROTOS is the folder of the protos; they are compiled into a temporary folder. TOKENS is a folder with a file for each
of coordinator, contributor, reviewer, publisher, auditor and administrator, named after the role: a token with the
subject `walk-ROLE`, of organisation `alfa` where it needs one. The server is empty, and looks for reminders often.
"""

import importlib.resources
import sys
import tempfile
from pathlib import Path

from grpc_tools import protoc


def compile_protos(protos, folder):
    """Generates the clients and makes them importable."""
    files = [str(file) for file in sorted(protos.glob("voortgang/**/*.proto"))]
    known = importlib.resources.files("grpc_tools") / "_proto"
    options = [f"-I{protos}", f"-I{known}", f"--python_out={folder}", f"--grpc_python_out={folder}"]
    assert protoc.main(["protoc", *options, *files]) == 0, "the protos do not compile"
    sys.path.insert(0, folder)


if __name__ == "__main__":
    protos, address, tokens = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    # The folder of this script stays as it is in the repository.
    sys.dont_write_bytecode = True
    with tempfile.TemporaryDirectory() as folder:
        compile_protos(protos, folder)
        # The steps import the clients, which are there only now.
        import steps

        steps.walk(address, tokens)
        print("the walk is done")
