"""Prints what a reader sees of each contribution of an edition, in each of its faces, as JSON.

Usage: faces.py FILE.pdf FILE.html PAGE.html FILE.json

A contribution is known by its section, `begin ID`, before its text, and its reference, `end ID`, behind it. Of each there are
the text and its notes; links of a passage to itself are left out. `pdf` is what stands on the pages between the two, `whole` all
that does.
"""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

VOID = {"meta", "link", "br", "hr", "img", "input", "col", "wbr"}


class Faces(HTMLParser):
    """Texts and notes of the articles of a page."""

    def __init__(self, text):
        super().__init__()
        self.stack, self.lists, self.found, self.current = [], [], {}, None
        self.feed(text)

    def inside(self, name):
        return any(name in names for _, names in self.stack)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "br":
            self.show(" ")
        if tag in VOID:
            return
        if tag == "article":
            self.current = {"text": "", "notes": []}
            self.found[attributes.get("data-external-id")] = self.current
        names = attributes.get("class", "").split() + (["number"] if tag == "sup" else [])
        self.stack.append((tag, names))
        if tag in ("ul", "ol"):
            self.lists.append([tag, attributes.get("type"), int(attributes.get("start") or 1), "notes" in names])
        if tag == "li" and self.lists and self.inside("narrative"):
            self.item(self.lists[-1])

    def item(self, around):
        kind, style, number, is_notes = around
        around[2] += 1
        if is_notes:
            self.current["notes"].append("")
        elif kind == "ol":
            self.show(f"{chr(96 + number)})" if style == "a" else f"{number}.")

    def handle_endtag(self, tag):
        while self.stack and self.stack.pop()[0] != tag:
            pass
        if tag in ("ul", "ol"):
            self.lists.pop()

    def handle_data(self, data):
        self.show(data)

    def show(self, data):
        if self.current is None or not self.inside("narrative") or self.inside("permalink") or self.inside("number"):
            return
        if any(is_notes for *_, is_notes in self.lists):
            self.current["notes"][-1] += data.replace("↩", "")
        else:
            self.current["text"] += data


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8", errors="replace").stdout


def pages(pdf):
    """What is printed, page by page, in the order in which it is set; without what each page has at its head and foot."""
    furniture = r"(?m)^(Alfa · .*|Teksten Pagina \d+ van \d+|Doel Indicator Bijdrage)$"
    for page in run("pdftotext", "-raw", pdf, "-").split("\f"):
        yield re.sub(furniture, "", page)


def printed(pdf):
    """The text from each `begin` to its `end`; a form feed where a page ends. Notes stand where their page ends."""
    whole = "\f".join(pages(pdf))
    found = {}
    for part in re.split(r"begin (?=t-\d+\s)", whole)[1:]:
        name, _, text = part.partition("\n")
        text = text.partition(f"end {name.strip()}\n")[0]
        found[name.strip()] = {"text": text.rpartition("Verwijzingen")[0], "notes": []}
    return found, whole


def of_data(path):
    found = {}
    for one in json.loads(Path(path).read_text(encoding="utf-8"))["contributions"]:
        found[one["external_id"]] = {"text": " ".join(passage["text"] for passage in one["passages"]), "notes": []}
    return found


def main():
    pdf, html, page, data = sys.argv[1:]
    file, other = (Faces(Path(name).read_text(encoding="utf-8")).found for name in (html, page))
    pdf, whole = printed(pdf)
    print(json.dumps({"pdf": pdf, "whole": whole, "html": file, "page": other, "data": of_data(data)}))


main()
