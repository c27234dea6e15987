"""Checks a PDF against profiles of ISO 19005 and ISO 14289 with page-validation.

Usage: pdf_profiles.py FILE PROFILE...     prints each broken rule on a line of its own

page-validation 0.11.0 takes the two bytes before `endstream` for one end of line where they are CR and LF, and reports a wrong
length. They are data and a line feed where a compressed stream happens to end in the byte CR, as one in 256 does. Such a finding
is dropped where `wrong_lengths`, which takes /Length at its word, reads the whole file without a fault; no other finding ever is.
"""

import re
import sys

import page

WHITE = rb"(?:[\0\t\n\f\r ]|%[^\r\n]*)*"
HEADER = re.compile(WHITE + rb"(\d+) (\d+) obj\b")
TOKEN = re.compile(
    WHITE + rb"(<<|>>|[\[\]]|/[^\0\t\n\f\r ()<>\[\]{}/%]*|<[0-9A-Fa-f\0\t\n\f\r ]*>|\(|[^\0\t\n\f\r ()<>\[\]{}/%]+)"
)
IN_STRING = re.compile(rb"\\.|[()]", re.DOTALL)
STREAM = re.compile(rb"\r?\n")
END = re.compile(rb"(?:\r\n|\n|\r)endstream" + WHITE + rb"endobj\b")


def end_of_string(file, at):
    """The place after the literal string whose first parenthesis is before `at`."""
    depth = 1
    while depth:
        found = IN_STRING.search(file, at)
        depth += {b"(": 1, b")": -1}.get(found.group(), 0)
        at = found.end()
    return at


def tokens(file, at):
    """Each token from `at` on with the place after it."""
    while found := TOKEN.match(file, at):
        at = end_of_string(file, found.end()) if found.group(1) == b"(" else found.end()
        yield found.group(1), at


def read_object(file, at):
    """The /Length of the object at `at` (None for one without a stream) and the place where its data begin or it ends."""
    depth, previous, length = 0, None, None
    for token, end in tokens(file, at):
        if token == b"endobj":
            return None, end
        if token == b"stream":
            return length, STREAM.match(file, end).end()
        depth += {b"<<": 1, b">>": -1}.get(token, 0)
        if depth == 1 and previous == b"/Length":
            length = int(token)
        previous = token
    raise ValueError("an object does not end")


def wrong_lengths(file):
    """The first fault of the file's stream lengths, or None: reads object after object, each where the one before it ends.

    After /Length bytes of data there has to be one end of line, `endstream` and `endobj` (ISO 32000-1, 7.3.8). Lengths that are
    references, and files with several revisions, count as faults: nothing that cannot be read here is taken to be right.
    """
    at = 0
    number = None
    try:
        while header := HEADER.match(file, at):
            number = header.group(1).decode()
            length, at = read_object(file, header.end())
            if length is not None:
                ending = END.match(file, at + length)
                if not ending:
                    return f"object {number}: its data do not end after {length} bytes"
                at = ending.end()
    except (AttributeError, ValueError) as fault:
        return f"object {number}: {fault}"
    if number is None or not re.compile(WHITE + rb"(?:xref|startxref)\b").match(file, at):
        return f"what follows object {number} cannot be read"
    return None


def broken(path, profile):
    """The rules of `profile` that the file breaks."""
    report = page.validate_pdf(str(path), profile=profile)
    assert report.is_compliant or report.failures, report
    failures = [(failure.rule_id, str(failure)) for failure in report.failures]
    in_doubt = any(rule.endswith("-STREAM-LENGTH-001") for rule, _ in failures)
    if in_doubt and wrong_lengths(path.read_bytes()) is None:
        failures = [(rule, text) for rule, text in failures if not rule.endswith("-STREAM-LENGTH-001")]
    return [text for _, text in failures]


if __name__ == "__main__":
    from pathlib import Path

    for profile in sys.argv[2:]:
        for rule in broken(Path(sys.argv[1]), profile):
            print(rule)
