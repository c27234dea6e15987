"""Holds the API for programs of a running demonstration to the Dutch API Design Rules (Spectral) and to its own document
(schemathesis: requests that the document allows and that it does not, and what is answered). A fault that is planted must be
found by each. Before that an edition is withdrawn, and every address is walked for what it said.

Usage: check.py SPECTRAL SCHEMATHESIS SITE FOLDER PROGRAM GRPC
"""

import copy
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from urllib.parse import quote
from pathlib import Path

HERE = Path(__file__).parent
# Seconds for the requests of one run, and for all of a control, which ends at its first finding.
SECONDS, SECONDS_OF_CONTROL = 40, 20
SEED = "1325"
# Without a working copy of the rules this is left out, but in CI.
RULES = Path(os.environ.get("VOORTGANG_SHARED", HERE / "../../../shared")) / "standards/adr/adr-linter.yaml"


def written(folder, name, document):
    path = folder / f"{name}.json"
    path.write_text(json.dumps(document))
    return path


def spectral(program, path):
    """What breaks the design rules, errors and warnings alike."""
    command = [program, "lint", "--ruleset", RULES, "--format", "json", "--quiet", "--fail-severity", "hint", path]
    ran = subprocess.run(command, capture_output=True, text=True)
    assert ran.returncode in (0, 1) and ran.stdout.strip(), ran.stdout + ran.stderr
    return [f"{found['code']} at {'.'.join(map(str, found['path']))}: {found['message']}" for found in json.loads(ran.stdout)]


def schemathesis(program, path, site, seconds, *options):
    """Exit code and report: 0 without, 1 with findings."""
    command = [
        program, "--config-file", HERE / "schemathesis.toml", "run", path, "--origin", site, "--max-time", str(seconds),
        "--seed", SEED, "--workers", "2", *options,
    ]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=4 * SECONDS, cwd=path.parent)
    return ran.returncode, ran.stdout + ran.stderr


def design_rules(program, document, folder):
    if not RULES.exists():
        assert "CI" not in os.environ, f"`{RULES}` is missing: set VOORTGANG_SHARED"
        print(f"left out: no design rules in `{RULES}`; set VOORTGANG_SHARED")
        return
    found = spectral(program, written(folder, "document", document))
    assert not found, "\n".join(found)
    for name, plant in FAULTS.items():
        faulty = copy.deepcopy(document)
        plant(faulty)
        found = spectral(program, written(folder, "faulty", faulty))
        assert any(name in line for line in found), f"the planted fault {name} is not found: {found}"
    print(f"design rules: no error, no warning; {len(FAULTS)} planted faults are found")


def moved(document, path, to):
    document["paths"][to] = document["paths"].pop(path)


FAULTS = {
    "nlgov:missing-version-header": lambda d: d["paths"]["/search"]["get"]["responses"]["200"]["headers"].pop("API-Version"),
    "nlgov:paths-kebab-case": lambda d: moved(d, "/search", "/full_search"),
    "nlgov:query-keys-camel-case": lambda d: d["paths"]["/search"]["get"]["parameters"][0].update(name="the_query"),
    "nlgov:problem-schema-members": lambda d: d["components"]["schemas"]["Problem"]["properties"].pop("detail"),
    "path-params": lambda d: d["paths"]["/frameworks/{framework}"]["get"]["parameters"].pop(0),
}


def conformance(program, document, site, folder):
    status, report = schemathesis(program, written(folder, "document", document), site, SECONDS)
    assert status == 0, report
    print("\n".join(line for line in report.splitlines() if "generated" in line or "tested" in line))
    faulty = copy.deepcopy(document)
    faulty["components"]["schemas"]["Cycle"]["properties"]["name"]["type"] = "integer"
    path = written(folder, "faulty", faulty)
    status, report = schemathesis(program, path, site, SECONDS_OF_CONTROL, "--max-failures", "1")
    assert status == 1 and "schema" in report, f"a planted fault in a schema is not found: {report}"
    # A parameter that the document has and no address takes.
    faulty = copy.deepcopy(document)
    faulty["paths"]["/frameworks"]["get"]["parameters"].append({"name": "colour", "in": "query", "required": True, "schema": {"type": "string"}})
    path = written(folder, "faulty", faulty)
    status, report = schemathesis(program, path, site, SECONDS_OF_CONTROL, "--max-failures", "1")
    assert status == 1 and "colour" in report, f"a planted parameter is not found: {report}"
    print("schemathesis: no finding; two planted faults are found")


def fetched(site, address):
    """Status and JSON of an answer."""
    try:
        with urllib.request.urlopen(site + address) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def strings(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for part in value for text in strings(part)]
    return [value] if isinstance(value, str) else []


def walked(site):
    """Every text that is said at any address that answers lead to, page by page."""
    waiting = [f"/api/v1/{name}?pageSize=100" for name in ("frameworks", "organisations", "search")]
    seen, texts = set(waiting), set()
    while waiting:
        address = waiting.pop()
        status, value = fetched(site, address)
        assert status in (200, 410), f"{address}: {status} {value}"
        found = strings(value)
        texts.update(found)
        next_page = value.get("nextPageToken")
        if next_page:
            found.append(f"{address.split('&pageToken')[0]}&pageToken={quote(next_page, safe='')}")
        for further in [text for text in found if text.startswith("/api/v1/")]:
            lists = ("cycles", "editions", "indicators") if further.count("/") < 9 else ("contributions", "passages", "figures")
            below = [f"{further}/{name}?pageSize=100" for name in lists] if "?" not in further else []
            for new in [further, *[one for one in below if fetched(site, one)[0] in (200, 410)]]:
                if new not in seen:
                    seen.add(new)
                    waiting.append(new)
    return texts, len(seen)


def withdrawn(program, grpc, site):
    """Withdraws an edition: what it alone said is at no address from then on."""
    cycle = "/api/v1/frameworks/voorbeeldplan-vvv/cycles/2022-2023"
    said = {passage["text"] for passage in fetched(site, f"{cycle}/editions/1/passages?pageSize=100")[1]["items"]}
    other = fetched(site, cycle.replace("2022-2023", "2021") + "/editions/1/passages?pageSize=100")[1]["items"]
    # Cells of tables are words that stand elsewhere too.
    said = {text for text in said - {passage["text"] for passage in other} if len(text) > 60}
    before, _ = walked(site)
    assert len(said) > 20 and said <= before, "the control: what is public is found by the walk"
    reason = "Noemt iemand bij naam; een verbeterde editie volgt."
    subprocess.run([program, "withdraw", "voorbeeldplan-vvv/2022-2023/1", "--reason", reason, "--server", grpc], check=True, stdout=subprocess.DEVNULL)
    hits = "/api/v1/search?cycle=voorbeeldplan-vvv/2022-2023"
    deadline = time.monotonic() + 60
    while fetched(site, f"{cycle}/editions/1")[0] != 410 or fetched(site, hits)[1]["total"]:
        assert time.monotonic() < deadline, "the withdrawn edition is still there"
        time.sleep(0.1)
    after, count = walked(site)
    assert not said & after, said & after
    assert reason in after
    print(f"withdrawn: {len(said)} texts are at none of {count} addresses")


def main():
    spectral_program, schemathesis_program, site, folder, program, grpc = sys.argv[1:]
    withdrawn(program, grpc, site)
    document = fetched(site, "/api/v1/openapi.json")[1]
    design_rules(Path(spectral_program).resolve(), document, Path(folder))
    conformance(Path(schemathesis_program).resolve(), document, site, Path(folder))


main()
