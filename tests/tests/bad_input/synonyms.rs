//! Files of terms that stand for one another.

use crate::prepared::{prepared, write};

#[test]
fn what_is_wrong_with_a_file_of_terms_is_named() {
    let (folder, server) = prepared();
    let file = write(folder.path(), "synonyms.toml", "[[concept]]\nnl = [\"alleen\"]\n");
    let output = server.cli(&["synonyms", "check", &file]).fails(1);
    assert!(output.contains("concept 1") && output.contains("another one"), "{output}");
    let chained = "[[concept]]\nnl = [\"a\", \"b\"]\n[[concept]]\nnl = [\"b\", \"c\"]\n";
    let file = write(folder.path(), "synonyms.toml", chained);
    let output = server.cli(&["synonyms", "check", &file]).ok();
    assert!(output.contains("concept 2: term `b` is in concept 1 too"), "{output}");
}

#[test]
fn terms_that_are_added_are_listed_and_held_against_the_texts() {
    let (folder, server) = prepared();
    let file = folder.path().join("fresh.toml").display().to_string();
    let add = ["synonyms", "add", &file, "--nl", "dijk \"x\"", "--en", "dike", "--reason", "proef"];
    server.cli(&add).ok();
    server.cli(&add).fails(1);
    let listed = server.cli(&["synonyms", "list", &file, "--json"]).json();
    assert_eq!(listed["concepts"][0]["terms"], serde_json::json!(["dijk \"x\"", "dike"]));
    let checked = server.cli(&["synonyms", "check", &file, "--texts", "--json"]).json();
    assert_eq!(checked["concepts"], 1);
    assert_eq!(checked["findings"][1], "concept 1: no published text has `dike`");
}
