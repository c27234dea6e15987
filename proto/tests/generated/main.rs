//! Holds the committed generated code against the protos.
//!
//! After a change of a proto run `VOORTGANG_GENERATE=1 cargo test -p proto` to write it anew.

mod calls;

use std::{
    fs,
    path::{Path, PathBuf},
};

use prost::Message as _;
use prost_types::FileDescriptorSet;

/// What outsiders may call.
const PUBLIC: &str = "voortgang.v1";
/// Options are read when the code is made, and are of no use afterwards.
const OPTIONS: &str = "voortgang.options.v1";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every proto below a folder, relative to the root.
fn protos(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            found.extend(protos(&path));
        } else {
            found.push(path.strip_prefix(root()).expect("below the root").to_owned());
        }
    }
    found.sort();
    found
}

/// The protos of the packages that `keep` names, with what they import but the options.
fn only(all: &FileDescriptorSet, keep: fn(&str) -> bool) -> FileDescriptorSet {
    let mut set = all.clone();
    set.file.retain(|file| keep(file.package()) || file.name().ends_with("/timestamp.proto"));
    for file in &mut set.file {
        file.dependency.retain(|name| !name.starts_with("voortgang/options/"));
    }
    set
}

fn generate(out: &Path) {
    let write = |name: &str, content: &[u8]| {
        fs::write(out.join(name), content).expect("the folder can be written");
    };
    let mut compiler = protox::Compiler::new([root()]).expect("the folder is there");
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(protos(&root().join("voortgang"))).expect("the protos compile");
    let all = compiler.file_descriptor_set();
    let ours = only(&all, |package| package.starts_with("voortgang.") && package != OPTIONS);
    write("descriptors.bin", &ours.encode_to_vec());
    write("public.bin", &only(&all, |package| package == PUBLIC).encode_to_vec());
    write("calls.rs", calls::code(&compiler.descriptor_pool()).as_bytes());
    tonic_prost_build::configure()
        .btree_map(".")
        .bytes(".")
        .codec_path("crate::codec::Codec")
        .emit_rerun_if_changed(false)
        .out_dir(out)
        .compile_fds(ours)
        .expect("code can be generated");
}

#[test]
fn the_committed_code_is_what_the_protos_say() {
    let committed = root().join("../crates/wire/src/gen");
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
