"""Holds the tables of an edition, as CSV and as XLSX, against its JSON, item by item.

Usage: check_tables.py STEM      reads STEM.json, STEM.csv.zip and STEM.xlsx; prints each difference

The package is validated by frictionless; its hashes and sizes are those of its files, and no cell begins as a formula does.
The workbook is read by openpyxl: numbers are numbers, texts are texts, nothing is a formula or a link.
"""

import csv
import hashlib
import io
import json
import sys
import tempfile
import zipfile
from decimal import Decimal, InvalidOperation
from pathlib import Path

import openpyxl
from frictionless import Package

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
STATES = ["open", "drafted", "submitted", "returned", "approved", "nothing_to_report", "not_applicable"]
NUMBERS = {"value", "per"}
INTEGERS = {"required", "answered", "in_time", "accepted", *STATES, "part", "figure", "row", "year"}


def shown(text):
    """A text as it can be shown: lines end in a line feed, and what is no text is replaced."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join("\ufffd" if is_no_text(ord(c)) else c for c in text)


def is_no_text(c):
    if c in (9, 10):
        return False
    control = c < 0x20 or 0x7F <= c < 0xA0
    private = 0xE000 <= c <= 0xF8FF or 0xF0000 <= c
    return control or private or 0xFDD0 <= c <= 0xFDEF or 0xFFFE <= c & 0xFFFF


def expected(edition):
    """What stands in the edition, as rows of texts; the parts of a text are one."""
    names = {one["code"]: one["name"] for one in edition["organisations"]}
    goals = {one["code"]: one for one in edition["framework"]["goals"]}
    language = edition["framework"]["language"]
    tables = {"obligations": [], "contributions": [], "figures": []}
    for cell in (edition.get("obligations") or {}).get("cells", []):
        row = {name: cell[name] for name in ("organisation", "goal", "required", "answered", "in_time", "accepted")}
        row |= {"organisation_name": names[cell["organisation"]]}
        row |= {"goal_statement": goals[cell["goal"]]["statement"].get(language, "")}
        row |= {state: cell["states"].get(state, 0) for state in STATES}
        assert not set(cell["states"]) - set(STATES), cell
        tables["obligations"].append(row)
    for one in edition["contributions"]:
        of = {"contribution": one["address"], "organisation": one["organisation"]}
        of |= {"goals": " ".join(one["goals"]), "indicators": " ".join(one["indicators"])}
        common = of | {name: one.get(name) or "" for name in ("external_id", "kind", "answer", "reason", "section", "content_hash")}
        common |= {"organisation_name": names[one["organisation"]], "partners": " ".join(one.get("partners", []))}
        for text in one["texts"] or [{"language": "", "markdown": ""}]:
            tables["contributions"].append(common | {"language": text["language"], "text": text["markdown"]})
        for number, figure in enumerate(one["figures"], 1):
            tables["figures"] += values(of | {"figure": number}, figure)
    return tables


def values(of, figure):
    said = {name: figure[name] for name in ("label", "counts", "indicator", "kind", "per", "unit", "fact")}
    own = {name: figure[name] for name in ("value", "precision", "from", "until", "break_note", "caveat")}
    yield of | said | own | {"row": 1, "role": "value", "year": ""}
    others = [("earlier", one) for one in figure["comparisons"]] + [("target", figure["target"])] * bool(figure["target"])
    for row, (role, one) in enumerate(others, 2):
        yield of | said | dict.fromkeys(own, "") | {"row": row, "role": role, "value": one["value"], "year": one["year"]}


def joined(rows):
    """Rows whose text was parted, with the text whole."""
    whole = []
    for row in rows:
        part = row.pop("part", None)
        if part is not None and int(part) > 1:
            whole[-1]["text"] += row["text"]
        else:
            whole.append(row)
    return whole


def of_package(path):
    """The rows of the package, and what is wrong with it."""
    faults, tables = [], {}
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(path) as package:
            package.extractall(folder)
        package = Package(str(Path(folder) / "datapackage.json"))
        report = package.validate()
        faults += [str(fault) for fault in report.flatten(["title", "rowNumber", "fieldNumber", "type", "note"])]
        if not report.valid and not faults:
            faults.append("the package is not valid")
        for resource in package.resources:
            described = resource.to_descriptor()
            content = (Path(folder) / described["path"]).read_bytes()
            if described["bytes"] != len(content) or described["hash"] != f"sha256:{hashlib.sha256(content).hexdigest()}":
                faults.append(f"{described['path']}: size or hash is another")
            rows = list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))
            for row in rows:
                if None in row or None in row.values():
                    faults.append(f"{described['path']}: a row has too many or too few cells")
                row.pop(None, None)
                for name, cell in ((name, cell or "") for name, cell in list(row.items())):
                    is_number = name in NUMBERS | INTEGERS and cell.lstrip("-").replace(".", "", 1).isdigit()
                    if cell.startswith(FORMULA) and not is_number:
                        faults.append(f"{described['path']}: {name} begins as a formula: {cell[:40]!r}")
                    row[name] = cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA) else cell
            tables[described["name"]] = joined(rows)
    return tables, faults


def of_workbook(path, names):
    """The rows of the workbook under the names of the package's columns, and what is wrong with it."""
    faults, tables = [], {}
    book = openpyxl.load_workbook(path, rich_text=False)
    if len(book.worksheets) != 4:
        faults.append(f"{len(book.worksheets)} sheets")
    for sheet, (table, columns) in zip(book.worksheets, names.items()):
        if sheet.freeze_panes != "A2":
            faults.append(f"{table}: the header row is not frozen")
        rows = []
        for line in sheet.iter_rows(min_row=2):
            row = {}
            for name, cell in zip(columns, line):
                if cell.data_type == "f" or cell.hyperlink:
                    faults.append(f"{table} {cell.coordinate}: a formula or link")
                is_number = name in NUMBERS | INTEGERS and cell.value is not None
                digits = sum(c.isdigit() for c in str(cell.value))
                if is_number and cell.data_type != "n" and digits <= 15:
                    faults.append(f"{table} {cell.coordinate}: a text in the place of a number")
                row[name] = "" if cell.value is None else cell.value
            rows.append(row)
        tables[table] = joined(rows)
    if not book.worksheets[-1]["A2"].value:
        faults.append("no citation")
    return tables, faults


def same(name, one, other):
    if name in NUMBERS | INTEGERS and one != "" and other != "":
        try:
            return Decimal(str(one)) == Decimal(str(other))
        except InvalidOperation:
            return False
    return shown(str(one)) == str(other)


def differences(file, expected, found):
    for table, rows in expected.items():
        there = found.get(table, [])
        if len(rows) != len(there):
            yield f"{file} {table}: {len(there)} rows, expected {len(rows)}"
        for number, (row, other) in enumerate(zip(rows, there), 1):
            if set(row) != set(other):
                yield f"{file} {table}: columns {set(row) ^ set(other)}"
            for name in row:
                if not same(name, row[name], other.get(name)):
                    yield f"{file} {table} row {number}: {name} is {other.get(name)!r}, expected {row[name]!r}"[:400]


def main(stem):
    edition = json.loads(Path(f"{stem}.json").read_text(encoding="utf-8"))
    there = expected(edition)
    package, faults = of_package(f"{stem}.csv.zip")
    found = [f"csv: {fault}" for fault in faults] + list(differences("csv", there, package))
    with zipfile.ZipFile(f"{stem}.csv.zip") as files:
        description = json.loads(files.read("datapackage.json"))
        assert edition["edition"]["manifest_hash"] in files.read("citation.txt").decode("utf-8"), "no citation"
    names = {one["name"]: [field["name"] for field in one["schema"]["fields"]] for one in description["resources"]}
    workbook, faults = of_workbook(f"{stem}.xlsx", names)
    found += [f"xlsx: {fault}" for fault in faults] + list(differences("xlsx", there, workbook))
    print("\n".join(found) or "the same in both")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main(sys.argv[1])
