"""Has LibreOffice open the DOCX, ODT and XLSX of an edition, and holds what it reads against the edition's HTML and CSV.

Usage: check_office.py STEM

Headings, paragraphs, items and cells have to be in the text that LibreOffice writes, in order; each cell of the tables in the
sheets. Prints each that is not.
"""

import csv
import re
import subprocess
import sys
import tempfile
from html import unescape
from pathlib import Path

from check_documents import of_html, squeeze
from check_tables import of_package

SHEETS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"


def converted(file, kind, folder):
    home = f"-env:UserInstallation=file://{folder}/home"
    run = ["soffice", home, "--headless", "--convert-to", kind, "--outdir", folder, str(file)]
    subprocess.run(run, check=True, capture_output=True, timeout=300)


def words(html):
    """The text of a page without the raised numbers of notes."""
    return unescape(re.sub(r"<[^>]*>", "", re.sub(r"<sup>.*?</sup>|<head>.*?</head>", "", html, flags=re.S | re.I)))


def of_text(name, expected, text):
    at = 0
    for kind, item in expected.items:
        found = text.find(item, at)
        if found < 0:
            yield f"{name}: {kind} {item[:80]} is not after {text[max(0, at - 40):at]}"
        else:
            at = found + len(item)
    for number, note in expected.notes.items():
        if note not in text:
            yield f"{name}: note {number} is not there"


def of_sheets(tables, folder):
    sheets = sorted(Path(folder).glob("*-*.csv"), key=lambda file: file.stat().st_mtime_ns)
    texts = [list(csv.reader(sheet.open(encoding="utf-8", newline=""))) for sheet in sheets]
    for name, rows in tables.items():
        there = [{squeeze(cell) for row in sheet for cell in row} for sheet in texts if len(sheet) == len(rows) + 1]
        cells = {squeeze(row["contribution" if "contribution" in row else "organisation"]) for row in rows}
        if not any(cells <= sheet for sheet in there):
            yield f"xlsx: no sheet has the {len(rows)} rows of {name}"


def main(stem):
    expected = of_html(Path(f"{stem}.html").read_text(encoding="utf-8"))
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for ending in ("docx", "odt"):
            # Its plain text has no notes.
            converted(f"{stem}.{ending}", "html:HTML (StarWriter)", folder)
            html = (Path(folder) / f"{Path(stem).name}.html").read_text(encoding="utf-8")
            found += of_text(ending, expected, squeeze(words(html)))
        converted(f"{stem}.xlsx", SHEETS, folder)
        tables, _ = of_package(f"{stem}.csv.zip")
        found += of_sheets(tables, folder)
    print("\n".join(found) or "the same in all")
    sys.exit(1 if found else 0)


main(sys.argv[1])
