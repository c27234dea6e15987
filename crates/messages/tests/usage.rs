//! Every message is used, and every message that is used exists.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use messages::{Language, sources};

/// Ids of the built-in messages.
fn ids() -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for (area, text) in sources(Language::Dutch) {
        let begins = format!("{area}-");
        let lines = text.lines().filter(|line| line.starts_with(&begins));
        ids.extend(lines.filter_map(|line| Some(line.split_once(" =")?.0.to_owned())));
    }
    ids
}

/// Whole texts between quotation marks that look like an id.
fn used(source: &str) -> BTreeSet<&str> {
    let is_id = |text: &&str| {
        let areas = sources(Language::Dutch);
        let named = areas.iter().any(|(area, _)| {
            text.strip_prefix(area).is_some_and(|rest| rest.starts_with('-') && rest.len() > 1)
        });
        named && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    source.split('"').filter(is_id).collect()
}

/// Adds the text of each source and template below `folder` without its tests, by path. The command has no messages: it is
/// in English, and names of its results look like ids.
fn read(folder: &Path, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("a folder of the workspace") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
        if path.is_dir() {
            if !["tests", "target", "gen", "benches", "voortgang"].contains(&name) {
                read(&path, found);
            }
        } else if name != "tests.rs"
            && [".rs", ".html", ".typ"].iter().any(|extension| name.ends_with(extension))
        {
            let text = fs::read_to_string(&path).expect("a text");
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or("");
            found.insert(path.display().to_string(), code.to_owned());
        }
    }
}

/// Returns the messages that no source uses, and the ids in sources that are no message.
fn faults(ids: &BTreeSet<String>, sources: &BTreeMap<String, String>) -> Vec<String> {
    let uses: BTreeSet<(&str, &str)> = sources
        .iter()
        .flat_map(|(path, text)| used(text).into_iter().map(move |id| (id, path.as_str())))
        .collect();
    let is_used = |id: &&String| uses.iter().any(|(used, _)| *used == id.as_str());
    let unused = ids.iter().filter(|id| !is_used(id)).map(|id| format!("{id} is not used"));
    let missing = uses.iter().filter(|(id, _)| !ids.contains(*id));
    unused.chain(missing.map(|(id, path)| format!("{id} in {path} is missing"))).collect()
}

#[test]
fn every_message_is_used_and_every_used_message_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut sources = BTreeMap::new();
    for folder in ["crates", "services"] {
        read(&root.join(folder), &mut sources);
    }
    let ids = ids();
    assert!(ids.len() > 100 && sources.len() > 100, "{} in {}", ids.len(), sources.len());
    assert_eq!(faults(&ids, &sources), [""; 0]);
}

#[test]
fn a_message_that_is_not_used_or_missing_is_found() {
    let ids = BTreeSet::from(["mail-ask".to_owned(), "mail-late".to_owned()]);
    let source = "text(\"mail-ask\"); with(\"mail-sent\", &[]); \"mail-\"; \"mail-late at\"";
    let sources = BTreeMap::from([("a.rs".to_owned(), source.to_owned())]);
    assert_eq!(faults(&ids, &sources), ["mail-late is not used", "mail-sent in a.rs is missing"]);
}
