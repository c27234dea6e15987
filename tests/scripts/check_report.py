"""Holds the published files of the real report against its source.

Usage: check_report.py FOLDER_OF_THE_REPORT STEM_OF_THE_FILES

Every word of every contribution is in PDF, HTML and JSON, in order, under the right organisation, goal and indicator;
the open cell shows as unanswered; the PDF passes PDF/A-2a and PDF/UA-1.
"""

import json
import re
import subprocess
import sys
import unicodedata
from html.parser import HTMLParser
from pathlib import Path

import pdf_profiles
import yaml

VOID = {"meta", "link", "br", "hr", "img", "input", "col", "wbr"}


def words(text):
    """Words without markup, punctuation at their ends and hyphenation."""
    text = unicodedata.normalize("NFKC", text).replace("\u00ad", "")
    return [w for w in (re.sub(r"^\W+|\W+$", "", w) for w in text.split()) if w]


def source_words(markdown):
    """Words of a Markdown text; the report's has lists and emphasis only."""
    lines = [re.sub(r"^\s*(?:[-*]|\d+\.|\([a-z0-9]+\))\s+", "", line) for line in markdown.splitlines()]
    return words(re.sub(r"[*_`]{1,2}", " ", "\n".join(lines)))


def contains_in_order(haystack, needle):
    """Whether all words of needle come in haystack, in order and next to one another but for page furniture."""
    at = 0
    for word in needle:
        try:
            at = haystack.index(word, at) + 1
        except ValueError:
            return word
    return None


class Articles(HTMLParser):
    """Collects the text of each element that carries an external id."""

    def __init__(self):
        super().__init__()
        self.found, self.stack = {}, []

    def handle_starttag(self, tag, attributes):
        if tag in VOID:
            return
        attributes = dict(attributes)
        self.stack.append((tag, attributes.get("data-external-id")))
        if attributes.get("data-external-id"):
            name = attributes["data-external-id"]
            assert name not in self.found, f"two elements carry {name}"
            self.found[name] = {"text": [], "attributes": attributes}

    def handle_endtag(self, tag):
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data):
        for _, name in self.stack:
            if name:
                self.found[name]["text"].append(data)


def check_json(report, path):
    edition = json.loads(path.read_text(encoding="utf-8"))
    known = {c["external_id"]: c for c in edition["contributions"] if c["external_id"]}
    for c in report["contributions"]:
        there = known[c["id"]]
        assert there["organisation"] == c["organisation"], c["id"]
        assert there["goals"] == c["goals"] and there["indicators"] == c["indicators"], c["id"]
        text = " ".join(p["text"] for p in there["passages"])
        missing = contains_in_order(words(text), source_words(c["text"]))
        assert missing is None, f"json {c['id']}: {missing}"
    assert [c for c in edition["contributions"] if c["kind"] == "unanswered" and "2.0-a" in c["indicators"]]


def check_html(report, path):
    html = path.read_text(encoding="utf-8")
    articles = Articles()
    articles.feed(html)
    for c in report["contributions"]:
        there = articles.found[c["id"]]
        missing = contains_in_order(words(" ".join(there["text"])), source_words(c["text"]))
        assert missing is None, f"html {c['id']}: {missing}"
        assert there["attributes"]["id"].startswith(c["organisation"] + "/"), c["id"]
    assert "niet beantwoord" in html.lower(), "the open cell does not show"


def squeeze(text):
    """Letters and digits only: how lines, pages and cells break does not matter."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))


# Between two words may stand a page's foot and head and the table's repeated header.
FURNITURE = 600


def check_pdf(report, framework, path):
    text = subprocess.run(["pdftotext", "-raw", path, "-"], check=True, capture_output=True, text=True).stdout
    pages = [squeeze(page) for page in text.split("\f")]
    there = "".join(pages)
    starts = [sum(len(page) for page in pages[:i]) for i in range(len(pages))]
    names = {o["code"]: squeeze(o["name"]) for o in framework["organisations"]}
    for c in report["contributions"]:
        expected = [squeeze(word) for word in source_words(c["text"])]
        begin = find_under(c, expected, there, pages, starts, names)
        at = begin
        for word in filter(None, expected):
            found = there.find(word, at, at + FURNITURE)
            assert found >= 0, f"pdf {c['id']}: {word} is not after {there[max(0, at - 60):at]}"
            at = found + len(word)
    assert "nietbeantwoord" in there.lower(), "the open cell does not show"


def find_under(c, expected, there, pages, starts, names):
    """Where the contribution begins, on a page whose running head names its organisation and that shows its goals."""
    head = "".join(expected[:6])
    at = there.find(head)
    while at >= 0:
        number = max(i for i, start in enumerate(starts) if start <= at)
        near = pages[number - 1] + pages[number]
        codes = [squeeze(code) for code in c["goals"] + c["indicators"]]
        if names[c["organisation"]] in pages[number] and all(code in near for code in codes):
            return at
        at = there.find(head, at + 1)
    raise AssertionError(f"pdf {c['id']}: does not begin under {c['organisation']} {c['goals']}")


def check_conformance(path):
    for profile in ("2a", "ua1"):
        broken = pdf_profiles.broken(path, profile)
        assert not broken, f"{profile}: {broken[:5]}"


def main(folder, stem):
    report = yaml.safe_load((folder / "contributions-2021.yaml").read_text(encoding="utf-8"))
    framework = yaml.safe_load((folder / "framework.yaml").read_text(encoding="utf-8"))
    check_json(report, stem.with_name(stem.name + ".json"))
    check_html(report, stem.with_name(stem.name + ".html"))
    check_pdf(report, framework, stem.with_name(stem.name + ".pdf"))
    check_conformance(stem.with_name(stem.name + ".pdf"))
    print(f"{len(report['contributions'])} contributions in three files, word for word; PDF/A-2a and PDF/UA-1 hold")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
