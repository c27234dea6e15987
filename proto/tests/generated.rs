//! Holds the committed generated code against the protos.
//!
//! After a change of a proto run `VOORTGANG_GENERATE=1 cargo test --release -p proto` to write it anew.

use std::{fs, path::Path};

use prost::Message as _;

const PROTOS: [&str; 16] = [
    "voortgang/events/v1/events.proto",
    "voortgang/ingest/v1/ingest.proto",
    "voortgang/rendering/v1/rendering.proto",
    "voortgang/search/v1/search.proto",
    "voortgang/storage/v1/access.proto",
    "voortgang/storage/v1/audit.proto",
    "voortgang/storage/v1/contribution.proto",
    "voortgang/storage/v1/cycle.proto",
    "voortgang/storage/v1/edition.proto",
    "voortgang/storage/v1/framework.proto",
    "voortgang/storage/v1/history.proto",
    "voortgang/storage/v1/obligation.proto",
    "voortgang/storage/v1/person.proto",
    "voortgang/storage/v1/reminder.proto",
    "voortgang/storage/v1/review.proto",
    "voortgang/storage/v1/storage.proto",
];

fn generate(out: &Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let descriptors = protox::compile(PROTOS, [root]).expect("the protos compile");
    fs::write(out.join("descriptors.bin"), descriptors.encode_to_vec())
        .expect("the folder can be written");
    tonic_prost_build::configure()
        .btree_map(".")
        .bytes(".")
        .codec_path("crate::codec::Codec")
        .emit_rerun_if_changed(false)
        .out_dir(out)
        .compile_fds(descriptors)
        .expect("code can be generated");
}

#[test]
fn the_committed_code_is_what_the_protos_say() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/wire/src/gen");
    if std::env::var_os("VOORTGANG_GENERATE").is_some() {
        generate(&committed);
    }
    let fresh = tempfile::tempdir().expect("a folder");
    generate(fresh.path());
    let mut files = 0;
    for entry in fs::read_dir(fresh.path()).expect("the folder can be read") {
        let name = entry.expect("an entry").file_name();
        let same = fs::read(fresh.path().join(&name)).expect("fresh")
            == fs::read(committed.join(&name)).unwrap_or_default();
        assert!(same, "{} is not what the protos say: see the head of this file", name.display());
        files += 1;
    }
    assert_eq!(
        files,
        fs::read_dir(&committed).expect("the folder can be read").count(),
        "a generated file has no proto any more"
    );
}
