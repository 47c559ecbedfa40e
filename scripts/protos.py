"""Generates the stubs of the .proto files beside them: ``python -m scripts.protos``.

What is generated is checked in, so that nobody needs the generator to run the product; a test
compares it with what the generator makes of the files now.
"""

from __future__ import annotations

import sys
from pathlib import Path

from grpc_tools import protoc

from scripts.supervisor import ROOT

FOLDER = Path("common/rpc")


def generate(target: Path) -> None:
    """Write the stubs of every .proto file below ``target``, in the tree of the repository.

    :raises RuntimeError: a file is no proto; what is wrong with it is on the standard error
    """
    for source in sources():
        outputs = [f"--{kind}_out={target}" for kind in ("python", "pyi", "grpc_python")]
        if protoc.main(["protoc", f"--proto_path={ROOT}", *outputs, str(source)]) != 0:
            raise RuntimeError(f"{source}: not generated")


def sources() -> list[Path]:
    """The .proto files, from the root of the repository."""
    found = sorted((ROOT / FOLDER).rglob("*.proto"))
    return [path.relative_to(ROOT) for path in found]


if __name__ == "__main__":
    generate(ROOT)
    sys.stdout.write("".join(f"{source}\n" for source in sources()))
