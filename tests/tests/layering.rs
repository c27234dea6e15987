//! The direction of dependencies, read from cargo's own metadata.

use std::collections::BTreeMap;

use cargo_metadata::{DependencyKind, MetadataCommand};

const SERVICES: [&str; 5] = ["ingest", "portal", "rendering", "search", "storage"];

/// Crates that nothing ships.
const OF_TESTS: [&str; 2] = ["end-to-end", "voortgang-without-durability"];

/// What each of our crates may depend on.
fn allowed() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut allowed = BTreeMap::from([
        ("model", vec![]),
        ("artefacts", vec!["model", "catalogue"]),
        // The verifier stands alone, so that it shares no mistake with what it verifies.
        ("audit", vec![]),
        ("trace", vec![]),
        ("backup", vec!["model"]),
        ("charts", vec![]),
        ("dutch", vec![]),
        ("fonts", vec![]),
        ("bus", vec!["trace"]),
        ("runtime", vec![]),
        ("proto", vec![]),
        ("messages", vec!["model"]),
        ("richtext", vec!["model"]),
        ("edition", vec!["model", "richtext", "messages", "charts"]),
        ("catalogue", vec!["model"]),
        ("signing", vec!["model"]),
        ("rpc", vec!["model", "trace"]),
        ("identity", vec!["model", "rpc", "wire", "signing"]),
        ("wire", vec!["model", "bus"]),
        ("storage-client", vec!["model", "rpc", "wire"]),
        ("testkit", vec!["model", "rpc", "wire"]),
        // They speak to the program as any client does.
        ("end-to-end", vec!["wire", "rpc"]),
        ("voortgang-without-durability", vec!["voortgang"]),
    ]);
    for service in SERVICES {
        allowed
            .insert(service, vec!["model", "wire", "rpc", "identity", "bus", "richtext", "trace"]);
    }
    allowed.entry("storage").or_default().push("signing");
    // What is printed, and what may be handed in to be printed.
    for service in ["ingest", "rendering", "storage"] {
        allowed.entry(service).or_default().push("fonts");
    }
    // Those that read the record.
    for service in ["ingest", "rendering", "search"] {
        allowed.entry(service).or_default().push("storage-client");
    }
    allowed.entry("search").or_default().push("dutch");
    for service in ["portal", "rendering"] {
        allowed.entry(service).or_default().push("edition");
    }
    // Those that give out published files.
    for service in ["portal", "storage"] {
        allowed.entry(service).or_default().extend(["catalogue", "artefacts"]);
    }
    // Those that write texts for readers.
    // And search, which takes the names that readers see.
    for service in ["portal", "rendering", "search", "storage"] {
        allowed.entry(service).or_default().push("messages");
    }
    let everything: Vec<&str> =
        allowed.keys().copied().filter(|name| !OF_TESTS.contains(name)).collect();
    // The benchmarks hold the parts against what they are built on.
    allowed.insert("benches", [&everything[..], &["end-to-end"]].concat());
    allowed.insert("voortgang", everything);
    allowed
}

/// Returns each forbidden dependency among `edges` of (crate, crate it depends on).
fn forbidden(edges: &[(String, String)]) -> Vec<String> {
    let allowed = allowed();
    let is_forbidden = |(from, to): &&(String, String)| {
        !allowed.get(from.as_str()).is_some_and(|known| known.contains(&to.as_str()))
    };
    edges.iter().filter(is_forbidden).map(|(from, to)| format!("{from} → {to}")).collect()
}

#[test]
fn dependencies_run_one_way_only() {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let metadata =
        MetadataCommand::new().manifest_path(manifest).no_deps().exec().expect("cargo metadata");
    let mut edges = Vec::new();
    for package in &metadata.packages {
        for dependency in package.dependencies.iter().filter(|dependency| dependency.path.is_some())
        {
            if dependency.kind != DependencyKind::Development {
                edges.push((package.name.to_string(), dependency.name.clone()));
            }
        }
    }
    assert!(10 < edges.len(), "the metadata names our own dependencies");
    assert_eq!(forbidden(&edges), Vec::<String>::new());
}

#[test]
fn a_service_that_depends_on_a_service_is_found() {
    let edges =
        [("search".to_owned(), "storage".to_owned()), ("search".to_owned(), "model".to_owned())];
    assert_eq!(forbidden(&edges), ["search → storage"]);
}
