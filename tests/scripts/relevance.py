"""How good the first ten hits are, beside stock engines over the same texts in the same run.

Usage: relevance.py DATA POSTGRES

DATA has `nap1325-iv`, `search-judgements` and `nl-policy-rules`; `VOORTGANG_BIN` is the program. Prints nDCG@10 and recall@10 by
kind of query, for the real report, to which the ranking was made, and for policy rules, to which it was not. Each engine is given
the same texts (of the report: the text of a contribution, the statements of its goals and the name of its organisation), its own Dutch
analysis where it has one, and the words of a query joined by OR.

Needs xapian and psycopg2 of Debian, and tantivy of PyPI; `tests/bench relevance` installs them.
"""

import contextlib
import json
import math
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import psycopg2
import tantivy
import xapian
import yaml

TOP = 10


def words(query):
    return re.findall(r"\w+", query.lower())


@contextlib.contextmanager
def voortgang(framework, contributions, names):
    """A search over a published edition of these files; `names` translates external ids."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        program, environment = os.environ["VOORTGANG_BIN"], {**os.environ, "XDG_STATE_HOME": folder}
        log = open(Path(folder) / "log", "w")
        up = [program, "up", "--grpc-port", "0", "--http-port", "0", "--data", data]
        server = subprocess.Popen(up, env=environment, stdout=log, stderr=log)

        def run(*arguments):
            return subprocess.run([program, *arguments], env=environment, capture_output=True, text=True)

        def must(*arguments):
            done = run(*arguments)
            assert done.returncode == 0, (arguments, done.stdout, done.stderr)
            return done.stdout

        try:
            while not (data / "endpoints.json").exists():
                time.sleep(0.1)
            environment["VOORTGANG_SERVER"] = json.loads((data / "endpoints.json").read_text())["grpc"]
            while run("status").returncode:
                time.sleep(0.1)
            plan = yaml.safe_load(Path(framework).read_text())["code"]
            must("framework", "add", framework)
            must("cycle", "open", plan, "--from", "2021-01-01", "--until", "2021-12-31")
            must("submit", contributions)
            must("publish", f"{plan}/2021", "--date", "2022-11-09", "--format", "json", "--wait")
            while run("status").returncode:
                time.sleep(0.1)

            def search(query):
                hits = json.loads(must("search", "--json", "--", query))["hits"]
                return [names[hit["external_id"]] for hit in hits]

            yield search
        finally:
            server.kill()
            server.wait()


def fts5(texts):
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE t USING fts5(id UNINDEXED, text, tokenize = 'unicode61 remove_diacritics 2')")
    database.executemany("INSERT INTO t VALUES (?, ?)", texts.items())

    def search(query):
        terms = " OR ".join(f'"{word}"' for word in words(query))
        rows = database.execute("SELECT id FROM t WHERE t MATCH ? ORDER BY bm25(t) LIMIT ?", (terms, TOP))
        return [row[0] for row in rows]

    return search


def postgresql(texts, address):
    cursor = psycopg2.connect(address).cursor()
    cursor.execute("CREATE TEMP TABLE t (id text, words tsvector)")
    for name, text in texts.items():
        cursor.execute("INSERT INTO t VALUES (%s, to_tsvector('dutch', %s))", (name, text))

    def search(query):
        cursor.execute(
            "WITH q AS (SELECT replace(plainto_tsquery('dutch', %s)::text, '&', '|')::tsquery AS q)"
            " SELECT id FROM t, q WHERE words @@ q ORDER BY ts_rank_cd(words, q, 1) DESC, id LIMIT %s",
            (query, TOP),
        )
        return [row[0] for row in cursor.fetchall()]

    return search


def of_xapian(texts):
    database = xapian.WritableDatabase("", xapian.DB_BACKEND_INMEMORY)
    stemmer = xapian.Stem("dutch")
    terms = xapian.TermGenerator()
    terms.set_stemmer(stemmer)
    for name, text in texts.items():
        document = xapian.Document()
        document.set_data(name)
        terms.set_document(document)
        terms.index_text(text)
        database.add_document(document)
    parser = xapian.QueryParser()
    parser.set_stemmer(stemmer)
    parser.set_stemming_strategy(xapian.QueryParser.STEM_SOME)
    parser.set_database(database)

    def search(query):
        enquire = xapian.Enquire(database)
        enquire.set_query(parser.parse_query(query))
        return [match.document.get_data().decode() for match in enquire.get_mset(0, TOP)]

    return search


def of_tantivy(texts):
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("id", stored=True, tokenizer_name="raw")
    schema.add_text_field("text", tokenizer_name="dutch")
    index = tantivy.Index(schema.build())
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in [tantivy.Filter.lowercase(), tantivy.Filter.stopword("dutch"), tantivy.Filter.stemmer("dutch")]:
        analyzer = analyzer.filter(step)
    index.register_tokenizer("dutch", analyzer.build())
    writer = index.writer()
    for name, text in texts.items():
        writer.add_document(tantivy.Document(id=name, text=text))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def search(query):
        parsed = index.parse_query(" ".join(words(query)), ["text"])
        return [searcher.doc(address)["id"][0] for _, address in searcher.search(parsed, TOP).hits]

    return search


def gain(grades):
    return sum((2**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(grades[:TOP]))


def measured(query, found):
    """nDCG@10 and recall@10 of what was found."""
    grades = query["judgements"]
    ndcg = gain([grades.get(name, 0) for name in found]) / gain(sorted(grades.values(), reverse=True))
    return ndcg, len(set(found) & set(grades)) / len(grades)


def compare(texts, queries, ours, address):
    """Prints a table of the engines over texts by id."""
    engines = {
        "Voortgang": ours,
        "FTS5": fts5(texts),
        "PostgreSQL": postgresql(texts, address),
        "Xapian": of_xapian(texts),
        "tantivy": of_tantivy(texts),
    }
    figures = {engine: defaultdict(list) for engine in engines}
    in_vain = {engine: [] for engine in engines}
    for query in queries:
        for engine, search in engines.items():
            found = search(query["query"])
            if query.get("judgements"):
                for kind in [query["kinds"][0], "all"]:
                    figures[engine][kind].append(measured(query, found))
            else:
                in_vain[engine].append(len(found))
    print("| kind | queries | " + " | ".join(engines) + " |\n| --- | ---: |" + " ---: |" * len(engines))
    for kind in sorted(figures["FTS5"], key=lambda kind: (kind == "all", kind)):
        of_kind = [figures[engine][kind] for engine in engines]
        means = [[sum(each) / len(pairs) for each in zip(*pairs)] for pairs in of_kind]
        cells = [f"{ndcg:.3f} ({recall:.3f})" for ndcg, recall in means]
        print(f"| {kind} | {len(of_kind[0])} | " + " | ".join(cells) + " |")
    cells = [f"{sum(found) / len(found):.1f}" for found in in_vain.values()]
    print(f"| hits of what nothing answers | {len(in_vain['FTS5'])} | " + " | ".join(cells) + " |\n")


def of_report(data, address):
    read = lambda name: yaml.safe_load((data / name).read_text())
    framework = read("nap1325-iv/framework.yaml")
    statements = {goal["code"]: goal["statement"] for goal in framework["goals"]}
    names = {one["code"]: one["name"] for one in framework["organisations"]}
    contributions = read("nap1325-iv/contributions-2021.yaml")["contributions"]
    texts = {
        one["id"]: "\n".join([one["text"], *(statements[goal] for goal in one["goals"]), names[one["organisation"]]])
        for one in contributions
    }
    files = [data / "nap1325-iv" / name for name in ["framework.yaml", "contributions-2021.yaml"]]
    with voortgang(*files, {name: name for name in texts}) as ours:
        compare(texts, read("search-judgements/queries.yaml"), ours, address)


def of_policy_rules(data, address):
    here = Path(__file__).parent
    lines = subprocess.run([sys.executable, here / "policy_passages.py", data], check=True, capture_output=True, text=True)
    passages = [json.loads(line) for line in lines.stdout.splitlines()]
    texts = {one["id"]: f"{one['title']}\n\n{one['text']}" for one in passages}
    names = {f"p-{number}": name for number, name in enumerate(texts)}
    of_all = {"organisation": "rijk", "goals": ["1"], "answer": "reported"}
    framework = {
        "code": "beleidsregels",
        "title": "Beleidsregels",
        "language": "nl",
        "period": {"from": 2021, "until": 2025},
        "organisations": [{"code": "rijk", "name": "Rijk", "kind": "ministry"}],
        "pillars": [{"code": "alle", "name": "Alle"}],
        "goals": [{"code": "1", "kind": "strategic_goal", "pillar": "alle", "statement": "Regels."}],
    }
    file = {
        "framework": "beleidsregels",
        "period": {"from": "2021-01-01", "until": "2021-12-31"},
        "language": "nl",
        "contributions": [{"id": id, "text": texts[name], **of_all} for id, name in names.items()],
    }
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / "framework.json", Path(folder) / "contributions.json"]
        for path, content in zip(files, [framework, file]):
            path.write_text(json.dumps(content))
        with voortgang(*files, names) as ours:
            compare(texts, yaml.safe_load((here / "policy_queries.yaml").read_text()), ours, address)


def main():
    data, address = Path(sys.argv[1]), sys.argv[2]
    print("### The real report\n")
    of_report(data, address)
    print("### Policy rules\n")
    of_policy_rules(data, address)
    print(f"nDCG@10 (recall@10). SQLite {sqlite3.sqlite_version}, Xapian {xapian.version_string()}, tantivy {tantivy.__version__}")


if __name__ == "__main__":
    main()
