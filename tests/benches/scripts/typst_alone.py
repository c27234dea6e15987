"""Compiles report.typ in a folder with Typst alone, to the same profiles; prints the seconds that the compilation took."""

import sys
import time

import typst

folder, out = sys.argv[1:]
start = time.perf_counter()
typst.compile(
    f"{folder}/report.typ",
    output=out,
    root=folder,
    ignore_system_fonts=True,
    pdf_standards=["a-2a", "ua-1"],
    timestamp=0,
)
print(time.perf_counter() - start)
