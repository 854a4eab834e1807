"""The press: reads a document (JSON) from its input and writes a PDF to its output. Started by `orgs.paper`.

It knows nothing of Causeway, touches no file but its own template, and is stopped when it needs too much.
"""

import resource
import sys
from pathlib import Path

import typst

MEMORY = 1_500_000_000  # bytes of address space
SECONDS = 8  # of a processor


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    document = sys.stdin.buffer.read().decode()
    template = (Path(__file__).resolve().parent / "document.typ").read_bytes()
    paper = typst.compile(
        template, sys_inputs={"document": document}, pdf_standards=["ua-1"], ignore_system_fonts=True
    )
    sys.stdout.buffer.write(paper)


if __name__ == "__main__":
    main()
