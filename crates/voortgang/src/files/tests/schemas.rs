//! Real files, examples, documentation and JSON Schemas.

use jsonschema::Validator;

use super::*;
use crate::files::shapes::Shape;

#[test]
fn the_real_framework_and_its_contributions_are_read_without_a_fault() {
    if let Some(text) = real("framework.yaml") {
        let (framework, faults) = framework::read(text, Syntax::Yaml);
        assert_eq!(faults, []);
        let framework = framework.unwrap();
        let indicators: usize = framework.goals.iter().map(|goal| goal.indicators.len()).sum();
        assert_eq!((framework.pillars.len(), framework.goals.len(), indicators), (5, 21, 35));
    }
    if let Some(text) = real("contributions-2021.yaml") {
        let (submission, faults) = contributions::read(text, Syntax::Yaml);
        assert_eq!(faults, []);
        let submission = submission.unwrap();
        assert_eq!((submission.cycle.as_str(), submission.items.len()), ("nap1325-iv/2021", 49));
    }
}

fn schema(name: &str) -> Json {
    let path = repository().join("deploy/schemas").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn assert_valid(text: &str, syntax: Syntax, schema: &Json) {
    let validator: Validator = jsonschema::draft202012::new(schema).unwrap();
    let tree = parse(text.as_bytes(), syntax, &mut Faults::default()).unwrap();
    let errors: Vec<_> = validator
        .iter_errors(&as_json(&tree))
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(errors, Vec::<String>::new());
}

#[test]
fn real_files_and_samples_are_valid_by_the_schemas() {
    let (frameworks, submissions) =
        (schema("framework.v1.schema.json"), schema("contributions.v1.schema.json"));
    for (text, syntax) in [(YAML, Syntax::Yaml), (JSON, Syntax::Json)] {
        assert_valid(text, syntax, &frameworks);
    }
    assert_valid(SUBMISSION, Syntax::Yaml, &submissions);
    for (name, schema) in
        [("framework.yaml", &frameworks), ("contributions-2021.yaml", &submissions)]
    {
        if let Some(text) = real(name) {
            assert_valid(&text, Syntax::Yaml, schema);
        }
    }
}

#[test]
fn the_schemas_refuse_what_the_readers_refuse() {
    let validator = |name| jsonschema::draft202012::new(&schema(name)).unwrap();
    let (frameworks, submissions) =
        (validator("framework.v1.schema.json"), validator("contributions.v1.schema.json"));
    let valid = |validator: &Validator, text: &str| {
        validator.is_valid(&as_json(
            &parse(text.as_bytes(), Syntax::Yaml, &mut Faults::default()).unwrap(),
        ))
    };
    for (from, to) in [
        ("count", "cuont"),
        ("code: plan", "code: Plan!"),
        ("title:", "tilte:"),
        ("from: 2021", "from: soon"),
        ("name: Buitenlandse Zaken", "kind: x"),
    ] {
        assert!(YAML.contains(from) && !valid(&frameworks, &YAML.replacen(from, to, 1)), "{to}");
    }
    for (from, to) in [
        ("- id: bz-2", "- id: bz 2"),
        ("kind: law", "kind: lore"),
        ("draft: true", "draft: maybe"),
        ("note: leeg", "text: x"),
    ] {
        assert!(
            SUBMISSION.contains(from) && !valid(&submissions, &SUBMISSION.replacen(from, to, 1)),
            "{to}"
        );
    }
}

#[test]
fn the_examples_are_read_and_valid() {
    let folder = repository().join("deploy/examples");
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).expect("the folder of examples is there") {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        check_example(&text, &path.display().to_string());
        count += 1;
    }
    assert!(0 < count, "there are no examples in `{}`", folder.display());
}

/// Reads a framework or contributions, whichever it is, and holds it against its schema.
fn check_example(text: &str, name: &str) {
    let has = |key: &str| text.lines().any(|line| line.starts_with(key));
    let (read, faults, schema) = if has("obligations:") {
        let (assignments, faults) = obligations::read(text, Syntax::Yaml);
        (assignments.is_some(), faults, schema("obligations.v1.schema.json"))
    } else if has("goals:") {
        let (framework, faults) = framework::read(text, Syntax::Yaml);
        (framework.is_some(), faults, schema("framework.v1.schema.json"))
    } else {
        let (submission, faults) = contributions::read(text, Syntax::Yaml);
        (
            submission.is_some_and(|submission| submission.faulty == 0),
            faults,
            schema("contributions.v1.schema.json"),
        )
    };
    assert_eq!((read, faults), (true, Vec::new()), "{name}");
    assert_valid(text, Syntax::Yaml, &schema);
}

#[test]
fn the_documentation_shows_files_that_are_read() {
    let page = std::fs::read_to_string(repository().join("docs/file-formats.md")).unwrap();
    let examples: Vec<_> =
        page.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(examples.len(), 3);
    for example in examples {
        check_example(example, "docs/file-formats.md");
    }
}

/// The part of a schema that describes a shape: the root, or an entry of `$defs`.
fn definition<'s>(schema: &'s Json, root: &str, shape: &Shape) -> &'s Json {
    if shape.name == root { schema } else { &schema["$defs"][shape.name] }
}

#[test]
fn the_schemas_name_the_keys_that_the_readers_know() {
    let frameworks = schema("framework.v1.schema.json");
    let submissions = schema("contributions.v1.schema.json");
    let shapes = [
        (
            &frameworks,
            "framework",
            &[
                &shapes::FRAMEWORK,
                &shapes::PLAN_PERIOD,
                &shapes::ORGANISATION,
                &shapes::ORGANISATION_NAME,
                &shapes::PILLAR,
                &shapes::GOAL,
                &shapes::INDICATOR,
                &shapes::ABBREVIATION,
                &shapes::LINK,
            ][..],
        ),
        (
            &submissions,
            "submission",
            &[
                &shapes::SUBMISSION,
                &shapes::PERIOD,
                &shapes::CONTRIBUTION,
                &shapes::UNANSWERED,
                &shapes::REMARK,
                &shapes::FIGURE,
                &shapes::COMPARISON,
                &shapes::REFERENCE,
            ][..],
        ),
    ];
    let obligations = schema("obligations.v1.schema.json");
    let owed = [&shapes::OBLIGATIONS, &shapes::OBLIGATION];
    let shapes = shapes.into_iter().chain([(&obligations, "obligations", &owed[..])]);
    for (schema, root, shapes) in shapes {
        for shape in shapes {
            let definition = definition(schema, root, shape);
            let mut known: Vec<_> = shape.required.iter().chain(shape.optional).copied().collect();
            let mut described: Vec<_> =
                definition["properties"].as_object().unwrap().keys().map(String::as_str).collect();
            known.sort_unstable();
            described.sort_unstable();
            assert_eq!(described, known, "{}", shape.name);
            assert_eq!(definition["required"], json!(shape.required), "{}", shape.name);
            assert_eq!(definition["additionalProperties"], json!(false), "{}", shape.name);
            let undescribed: Vec<_> = definition["properties"]
                .as_object()
                .unwrap()
                .iter()
                .filter(|(_, part)| part["description"].is_null())
                .collect();
            assert!(undescribed.is_empty(), "{}: {undescribed:?}", shape.name);
        }
    }
}

#[test]
fn the_schemas_name_the_choices_that_the_readers_know() {
    let frameworks = schema("framework.v1.schema.json");
    let submissions = schema("contributions.v1.schema.json");
    let words = |words: &[&str]| json!(words);
    let choice = |schema: &Json, shape: &str, key: &str| {
        schema["$defs"][shape]["properties"][key]["enum"].clone()
    };
    assert_eq!(
        choice(&frameworks, "goal", "kind"),
        words(&shapes::GOAL_KINDS.iter().map(|(_, word)| *word).collect::<Vec<_>>())
    );
    assert_eq!(
        choice(&frameworks, "indicator", "measure"),
        words(&shapes::MEASURES.iter().map(|(_, word)| *word).collect::<Vec<_>>())
    );
    assert_eq!(
        choice(&frameworks, "link", "kind"),
        words(&shapes::LINK_KINDS.iter().map(|(_, word)| *word).collect::<Vec<_>>())
    );
    let answers = words(&shapes::ANSWERS.iter().map(|(_, word)| *word).collect::<Vec<_>>());
    assert_eq!(choice(&submissions, "contribution", "answer"), answers);
    assert_eq!(choice(&submissions, "remark", "answer"), answers);
    assert_eq!(
        choice(&submissions, "figure", "kind"),
        words(&shapes::FIGURE_KINDS.iter().map(|(_, word)| *word).collect::<Vec<_>>())
    );
    assert_eq!(
        choice(&submissions, "figure", "precision"),
        words(&shapes::PRECISIONS.iter().map(|(_, word)| *word).collect::<Vec<_>>())
    );
    assert_eq!(
        choice(&submissions, "reference", "kind"),
        words(&shapes::REFERENCE_KINDS.iter().map(|(_, word)| *word).collect::<Vec<_>>())
    );
}
