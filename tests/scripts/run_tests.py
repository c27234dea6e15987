"""Runs test programs side by side, as many as there are cores; prints a line for each with its seconds and those of processor
time, and what a failed one wrote. In the end the tests that failed are run again with nothing beside them. One that passes then
is unstable: the last line names it, and two of them do not fail the run, as a run is to fail by what was changed and not by the
machine's load.

Usage: run_tests.py SECONDS_FILE [--also NAME COMMAND]... [--skip TEST]...     reads what `cargo test --no-run` wrote as JSON

SECONDS_FILE keeps how long each took, so that the next run begins with the longest.
"""

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path


# Minutes each: they go first where no run was timed yet, so that none is left alone at the end.
SLOWEST = [
    "storage::it",
    "end-to-end::standstill",
    "end-to-end::split",
    "end-to-end::kill",
    "search::it",
    "rendering::it",
    "end-to-end::degraded",
]


# For one program, several times what the longest takes: one that hangs ends with what it wrote so far.
MAX_SECONDS = 45 * 60
# How many tests may fail beside others and pass alone.
MAX_UNSTABLE = 2


def binary_id(message):
    """The name of a program among all of the workspace, as cargo-nextest has it: a library and a program of one package differ."""
    target, (path, identity) = message["target"], message["package_id"].rsplit("#", 1)
    package = identity.split("@")[0] if "@" in identity else Path(path).name
    kind = target["kind"][0]
    if kind == "test":
        return f"{package}::{target['name']}"
    return f"{package}::{kind}/{target['name']}" if kind in ("bin", "bench", "example") else package


def programs(lines, skipped):
    """The test programs among cargo's messages: id, folder to run in, command."""
    arguments = [argument for test in skipped for argument in ("--skip", test)]
    for line in lines:
        message = json.loads(line) if line.startswith("{") else {}
        if message.get("reason") == "compiler-artifact" and message["profile"]["test"] and message["executable"]:
            folder = Path(message["manifest_path"]).parent
            yield binary_id(message), folder, [message["executable"], *arguments]


def run(job):
    """Runs one; returns its name, whether it succeeded, its seconds, those of processor time and all that it wrote."""
    name, folder, command = job
    begun = time.monotonic()
    environment = {**os.environ, "CARGO_MANIFEST_DIR": str(folder)}
    with tempfile.TemporaryFile() as output:
        started = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        limit = threading.Timer(MAX_SECONDS, started.kill)
        limit.start()
        _, status, used = os.wait4(started.pid, 0)
        limit.cancel()
        started.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
    if time.monotonic() - begun >= MAX_SECONDS:
        text += f"\nended after {MAX_SECONDS} s\n"
    return name, started.returncode == 0, time.monotonic() - begun, used.ru_utime + used.ru_stime, text


def failures(text):
    """The tests that failed, by the list that libtest ends with; none where the program ended otherwise."""
    lists = re.findall(r"^failures:\n((?:    \S+\n)+)\ntest result: FAILED", text, re.MULTILINE)
    return lists[-1].split() if lists else []


def count_passed(text):
    """How many tests passed; none where the program is not libtest's."""
    counts = re.findall(r"test result: \w+\. (\d+) passed", text)
    return sum(map(int, counts)) if counts else None


def without_passed(text):
    """What a program wrote, without the lines of tests that passed."""
    return "".join(line for line in text.splitlines(keepends=True) if not re.match(r"test .* \.\.\. ok$", line))


def run_again(failed):
    """Runs what failed of each program once more, all of it where it names no tests; returns which then passed, and which not."""
    unstable, broken = [], []
    for (name, folder, command), text in failed:
        tests = failures(text)
        named = [f"{name} {test}" for test in tests] or [name]
        # So many at once are no chance.
        if len(named) > MAX_UNSTABLE:
            broken += named
            continue
        if tests:
            command = [*command, "--exact", *tests, "--test-threads=1"]
        _, succeeded, seconds, processor, text = run((name, folder, command))
        # A name that no test has is no failure to libtest.
        succeeded = succeeded and (not tests or count_passed(text) == len(tests))
        print(f"{seconds:6.0f} s {processor:6.0f} s  again: {', '.join(named)}: {'passed' if succeeded else 'failed'}", flush=True)
        if not succeeded:
            print(without_passed(text), flush=True)
        (unstable if succeeded else broken).extend(named)
    return unstable, broken


def main():
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("seconds", type=Path)
    parser.add_argument("--also", nargs=2, action="append", default=[])
    parser.add_argument("--skip", action="append", default=[])
    given = parser.parse_args()

    here = Path.cwd()
    jobs = list(programs(sys.stdin, given.skip))
    assert jobs, "cargo names no test program"
    names = {name for name, _, _ in jobs}
    assert len(names) == len(jobs), "two test programs have one id"
    assert names.issuperset(SLOWEST), f"there is no test program {set(SLOWEST) - names}"
    jobs += [(name, here, shlex.split(command)) for name, command in given.also]
    known = json.loads(given.seconds.read_text()) if given.seconds.exists() else {}
    # What is new among timed ones goes first: it may be long.
    expected = {name: 1e6 - place for place, name in enumerate(SLOWEST)} | known
    jobs.sort(key=lambda job: -expected.get(job[0], 1e5))

    failed, passed, timed = [], 0, {}
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        running = {pool.submit(run, job): job for job in jobs}
        for done in as_completed(running):
            name, succeeded, seconds, processor, text = done.result()
            timed[name] = seconds
            count = count_passed(text)
            passed += count or 0
            print(f"{seconds:6.0f} s {processor:6.0f} s  {name}: {'done' if count is None else count}", flush=True)
            if not succeeded:
                failed.append((running[done], text))
                print(f"\n---- {name} failed ----\n{without_passed(text)}\n---- end of {name} ----\n", flush=True)
            elif "left out" in text:
                print("".join(f"          {line}\n" for line in text.splitlines() if "left out" in line), end="")
    given.seconds.write_text(json.dumps(timed, indent=1))
    unstable, broken = run_again(failed)
    print(
        f"{passed} tests passed in {len(jobs)} programs"
        + (f"; UNSTABLE, failed beside others and passed alone: {', '.join(unstable)}" if unstable else "")
        + (f"; FAILED: {', '.join(broken)}" if broken else "")
    )
    sys.exit(bool(broken) or len(unstable) > MAX_UNSTABLE)


if __name__ == "__main__":
    main()
