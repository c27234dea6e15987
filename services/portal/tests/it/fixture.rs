//! A catalogue and an edition, with a text in every field that would do harm if it were not escaped.

use serde_json::{Value, json};

/// What would run if it were not escaped, in content and in attributes.
pub(crate) const HOSTILE: &str = "<script>alert(1)</script>\"'&";
/// Hash of `%PDF-1.7`, the PDF.
pub(crate) const PDF_SHA: &str = "86edbaa24831badfa0a8b04bb410141e2ee4182b6d0014493fe262a7a331c20b";
/// Hash of `secret`, a file that is in the object store and in no catalogue.
pub(crate) const SECRET_SHA: &str =
    "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";

/// Hash of the data file of both editions.
pub(crate) fn data_sha() -> String {
    model::Hash::of(edition().to_string().as_bytes()).to_string()
}

pub(crate) fn catalogue() -> Value {
    let organisations = json!([
        {"code": "bz", "name": {"nl": format!("Ministerie van Buitenlandse Zaken {HOSTILE}")}},
        {"code": "def", "name": {"nl": "Ministerie van Defensie", "en": "Ministry of Defence"}},
        {"code": "ocw", "name": {}},
    ]);
    let title =
        json!({"nl": format!("Nationaal Actieplan {HOSTILE}"), "en": "National Action Plan"});
    json!({"version": 1, "later": "unknown fields are passed over", "cycles": [
        {"name": "plan/2022-2023", "framework": "plan", "title": title, "from": "2022-01-01", "until": "2023-12-31", "language": "nl",
         "organisations": organisations, "editions": []},
        {"name": "plan/2021", "framework": "plan", "title": title, "from": "2021-01-01", "until": "2021-12-31", "language": "nl",
         "organisations": organisations, "editions": [edition_entry(2, "2023-02-01"), edition_entry(1, "2022-11-09")],
         "withdrawn": [withdrawn_entry(3, "ee44444444444444444444444444444444444444444444444444444444444444")]},
        {"name": "plan/2020", "framework": "plan", "title": title, "from": "2020-01-01", "until": "2020-12-31", "language": "nl",
         "organisations": organisations, "editions": [], "withdrawn": [withdrawn_entry(1, SECRET_SHA)]},
    ]})
}

fn edition_entry(number: u32, date: &str) -> Value {
    json!({"name": format!("plan/2021/{number}"), "number": number, "date": date, "manifest_hash": "0f".repeat(32), "contributions": 5, "artefacts": [
        {"format": "pdf", "language": "nl", "sha256": PDF_SHA, "size": 8, "media_type": "application/pdf", "file_name": "plan-2021.pdf"},
        {"format": "json", "language": "nl", "sha256": data_sha(), "size": 1_234_567, "media_type": "application/json", "file_name": "plan-2021.json"},
    ]})
}

/// The catalogue with an edition of 2022–2023, whose data is the file with this hash; the second version of the plan splits
/// indicator 1-b, and renames 1-a, which keeps its id.
pub(crate) fn catalogue_of_years(sha256: &str) -> Value {
    let mut catalogue = catalogue();
    catalogue["cycles"][0]["editions"] = json!([
        {"name": "plan/2022-2023/1", "number": 1, "date": "2024-05-16", "manifest_hash": "1f".repeat(32), "contributions": 2, "artefacts": [
            {"format": "json", "language": "nl", "sha256": sha256, "size": 1_234, "media_type": "application/json", "file_name": "later.json"},
        ]},
    ]);
    let indicator = |id: &str, code: &str| json!({"id": id, "code": code});
    catalogue["frameworks"] = json!([{"code": "plan", "versions": [
        {"version": 1, "indicators": [indicator("1-a", "1-a"), indicator("1-b", "1-b")], "links": []},
        {"version": 2, "indicators": [indicator("1-a", "1-x"), indicator("1-c", "1-c"), indicator("1-d", "1-d")],
         "links": [{"kind": "split", "from": ["1-b"], "to": ["1-c", "1-d"]}]},
    ]}]);
    catalogue
}

/// The edition of 2022–2023.
pub(crate) fn later() -> Value {
    let mut edition = edition();
    edition["edition"] = json!({"name": "plan/2022-2023/1", "number": 1, "date": "2024-05-16", "manifest_hash": "1f".repeat(32)});
    edition["cycle"] = json!({"name": "plan/2022-2023", "label": "2022-2023", "from": "2022-01-01", "until": "2023-12-31"});
    edition["framework"]["version"] = json!(2);
    let asked = |id: &str, code: &str, statement: &str| {
        json!({"id": id, "code": code, "measure": "amount", "statement": {"nl": statement}, "items": [], "sub_prompts": [],
               "optional": false, "target": null})
    };
    edition["framework"]["goals"][0]["indicators"] = json!([
        asked("1-a", "1-x", "Aantal missies en oefeningen"),
        asked("1-c", "1-c", "Uitgaven aan missies"),
        asked("1-d", "1-d", "Uitgaven aan oefeningen"),
    ]);
    let texts = ["Eerste alinea met link en meer.", "Kop", "Iets nieuws."];
    let passages: Vec<Value> = texts
        .iter()
        .enumerate()
        .map(|(at, text)| json!({"id": format!("n{at}"), "language": "nl", "text": text}))
        .collect();
    let mut spent = figure();
    spent["value"] = json!("36000000");
    spent["indicator"] = json!("1-c");
    (spent["from"], spent["until"]) = (json!("2022-01-01"), json!("2024-12-31"));
    spent["break_note"] = json!("");
    spent["label"] = json!("Kosten, anders genoemd");
    edition["contributions"] = json!([with(
        contribution("bz", "bz-9", "answer"),
        &json!({"goals": ["1"], "indicators": ["1-x", "1-c"], "answer": "reported", "figures": [spent],
            "texts": [{"language": "nl", "markdown": texts.join("\n\n")}], "passages": passages}),
    )]);
    edition["matrix"] = json!([row("1", &["bz-9"], &[])]);
    edition
}

fn withdrawn_entry(number: u32, sha256: &str) -> Value {
    let cycle = if number == 1 { "plan/2020" } else { "plan/2021" };
    json!({"name": format!("{cycle}/{number}"), "number": number, "date": "2023-03-01", "withdrawn_on": "2023-03-09",
           "reason": format!("Noemt iemand bij naam.\n\n{HOSTILE}"),
           "files": [{"sha256": sha256, "file_name": "plan.pdf"}, {"sha256": PDF_SHA, "file_name": "plan.json"}]})
}

pub(crate) fn edition() -> Value {
    json!({
        "format": "voortgang-edition/1",
        "edition": {"name": "plan/2021/2", "number": 2, "date": "2023-02-01", "manifest_hash": "0f".repeat(32)},
        "cycle": {"name": "plan/2021", "label": "2021", "from": "2021-01-01", "until": "2021-12-31"},
        "framework": {
            "code": "plan", "version": 1, "title": {"nl": format!("Nationaal Actieplan {HOSTILE}")}, "language": "nl", "from": 2021, "until": 2025,
            "extended_until": null, "content_hash": null,
            "pillars": [{"code": "participatie", "name": {"nl": format!("Participatie {HOSTILE}")}}],
            "goals": [
                goal("1", "strategic_goal", &json!([
                    {"id": "1-a", "code": "1-a", "measure": "count", "statement": {"nl": "Aantal missies"}, "items": [{"nl": "Vredesoverleg"}],
                     "sub_prompts": [{"nl": "Vermeld waar"}], "optional": true, "target": {"nl": "meer"}},
                    {"id": "1-b", "code": "1-b", "measure": "amount", "statement": {"nl": "Uitgaven"}, "items": [], "sub_prompts": [], "optional": false, "target": null},
                ])),
                goal("1.1", "subgoal", &json!([])),
            ],
        },
        "organisations": [{"code": "bz", "name": format!("Ministerie van Buitenlandse Zaken {HOSTILE}")}, {"code": "def", "name": "Ministerie van Defensie"}, {"code": "ocw", "name": "OCW"}],
        "matrix": [row("1", &["bz-1+2"], &["def-1"]), row("1.1", &["bz-1+2"], &[])],
        "contributions": contributions(),
        "abbreviations": [{"short": "NAP", "long": {"nl": "Nationaal Actieplan"}}],
    })
}

/// The edition with policies, overrides, obligations and accepted gaps, as files have them since.
pub(crate) fn accounted() -> Value {
    let cell = |organisation: &str,
                goal: &str,
                [required, answered, in_time, accepted]: [u32; 4]| {
        json!({"organisation": organisation, "goal": goal, "states": {"submitted": answered}, "required": required,
               "answered": answered, "in_time": in_time, "accepted": accepted})
    };
    let mut cells = vec![
        cell("bz", "1", [2, 2, 1, 0]),
        cell("bz", "1.1", [1, 0, 0, 0]),
        cell("def", "1", [1_200, 1, 1, 1_000]),
    ];
    cells[0]["states"] = json!({"submitted": 1, "nothing_to_report": 1});
    let mut edition = edition();
    edition["cycle"]["gaps"] = json!("refuse");
    edition["review"] = json!({"policy": "four_eyes", "decisions": 6, "overrides": [
        {"action": "approve", "reason": format!("Niemand was er. {HOSTILE}"), "confirmed": true},
        {"action": "publish", "reason": "De Kamer wacht.", "confirmed": false},
    ]});
    edition["obligations"] = json!({
        "obligations": 1_203, "required": 1_203, "answered": 3, "in_time": 2, "gaps": 200, "cells": cells,
        "accepted": [
            {"organisation": "def", "goal": "1", "indicator": "1-a", "reason": format!("Volgt later. {HOSTILE}")},
            {"organisation": "ocw", "goal": "1.1", "indicator": null, "reason": "Pas opgericht."},
        ],
    });
    edition
}

fn goal(code: &str, kind: &str, indicators: &Value) -> Value {
    json!({"id": code, "code": code, "kind": kind, "pillar": "participatie", "parent": null,
           "statement": {"nl": format!("Doel {code} {HOSTILE}")}, "indicators": indicators})
}

fn row(goal: &str, bz: &[&str], def_unanswered: &[&str]) -> Value {
    json!({"goal": goal, "cells": [
        {"organisation": "bz", "contributions": bz, "unanswered": []},
        {"organisation": "def", "contributions": [], "unanswered": def_unanswered},
        {"organisation": "ocw", "contributions": [], "unanswered": []},
    ]})
}

/// A contribution with nothing in it.
fn contribution(organisation: &str, id: &str, kind: &str) -> Value {
    json!({"id": id, "external_id": id, "address": format!("plan/2021/{organisation}/{id}"), "organisation": organisation, "kind": kind, "goals": [],
           "indicators": [], "answer": null, "section": "", "texts": [], "passages": [], "figures": [], "references": [], "source_pages": [],
           "content_hash": "ab".repeat(32)})
}

fn with(mut contribution: Value, fields: &Value) -> Value {
    for (name, value) in fields.as_object().unwrap() {
        contribution[name] = value.clone();
    }
    contribution
}

fn contributions() -> Value {
    let markdown = "Eerste **alinea** met [link](https://voorbeeld.nl/?a=1&b=2).\n\n## Kop\n\n- punt \\<script>alert(1)\\</script>\n\n| a | b |\n|---|---|\n| 1 | 2 |";
    let texts =
        ["Eerste alinea met link.", "Kop", "punt <script>alert(1)</script>", "a", "b", "1", "2"];
    let passages: Vec<Value> = texts
        .iter()
        .enumerate()
        .map(|(at, text)| json!({"id": format!("p{at}"), "language": "nl", "text": text}))
        .collect();
    let full = with(
        contribution("bz", "bz-1+2", "answer"),
        &json!({
            "goals": ["1", "1.1"], "indicators": ["1-a", "1-b"], "answer": "partial", "section": format!("Extern {HOSTILE}"),
            "texts": [{"language": "nl", "markdown": markdown}], "passages": passages, "figures": [figure()], "references": references(),
        }),
    );
    // Markdown that a later version of the format might take and this one does not.
    let raw = json!({"goals": ["1"], "answer": "no_specific_policy", "texts": [{"language": "nl", "markdown": HOSTILE}],
                     "passages": [{"id": "q", "language": "nl", "text": HOSTILE}]});
    let remark = json!({"texts": [{"language": "nl", "markdown": "# Vooraf\n\nAlgemeen beleid."}],
                        "passages": [{"id": "r0", "language": "nl", "text": "Vooraf"}, {"id": "r1", "language": "nl", "text": "Algemeen beleid."}]});
    json!([
        with(contribution("bz", "bz-0", "general_remark"), &remark),
        full,
        with(contribution("bz", "bz-raw", "answer"), &raw),
        with(
            contribution("def", "def-1", "unanswered"),
            &json!({"goals": ["1"], "indicators": ["1-a"]})
        ),
        with(
            contribution("def", "def-9", "answer"),
            &json!({"goals": ["9"], "answer": "reported", "external_id": null})
        ),
    ])
}

fn figure() -> Value {
    json!({"kind": "amount", "label": format!("Uitgaven {HOSTILE}"), "value": "35000000.5", "per": "", "unit": "EUR", "precision": "about", "from": "2020-01-01",
           "until": "2023-12-31", "counts": "programma's", "indicator": "1-b", "comparisons": [{"value": "10.9", "year": 2020}],
           "target": {"value": "40000000", "year": 2024}, "break_note": "andere telling", "caveat": "voorlopig", "fact": ""})
}

fn references() -> Value {
    json!([
        {"kind": "contribution", "as_written": "zie onder 9", "target": "def/def-9", "url": ""},
        {"kind": "parliamentary_paper", "as_written": "kamerstuk 27 925, nr. 808", "target": "", "url": ""},
        {"kind": "web", "as_written": HOSTILE, "target": "", "url": "https://voorbeeld.nl/\"x"},
        {"kind": "web", "as_written": "kwaad", "target": "", "url": "javascript:alert(1)"},
        {"kind": "of_a_later_version", "as_written": "later", "target": "", "url": ""},
    ])
}
