//! No modules import each other in a circle, but a child may name what its parents have.

#[path = "circles/imports.rs"]
mod imports;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use cargo_metadata::MetadataCommand;

use crate::imports::{Module, imports};

/// Returns the imports of the crate in `folder` that are part of a circle.
fn circles(folder: &Path) -> Vec<String> {
    let mut arrows = imports(folder);
    for (from, to) in &mut arrows {
        to.retain(|to| !from.starts_with(to));
    }
    let reached: BTreeMap<_, _> =
        arrows.keys().map(|module| (module, reached(module, &arrows))).collect();
    let mut found = Vec::new();
    for (from, named) in &arrows {
        let back = named.iter().filter(|to| reached[*to].contains(from));
        found.extend(back.map(|to| format!("{} → {}", from.join("::"), to.join("::"))));
    }
    found
}

/// All modules to which the imports of `module` lead, near and far.
fn reached<'a>(
    module: &Module,
    arrows: &'a BTreeMap<Module, BTreeSet<Module>>,
) -> BTreeSet<&'a Module> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<_> = arrows[module].iter().collect();
    while let Some(found) = next.pop() {
        if reached.insert(found) {
            next.extend(&arrows[found]);
        }
    }
    reached
}

#[test]
fn no_modules_import_each_other_but_parent_and_child() {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let metadata =
        MetadataCommand::new().manifest_path(manifest).no_deps().exec().expect("cargo metadata");
    let mut found = BTreeMap::new();
    for package in &metadata.packages {
        let folder = package.manifest_path.with_file_name("src");
        let circles = circles(folder.as_std_path());
        if !circles.is_empty() {
            found.insert(package.name.to_string(), circles);
        }
    }
    assert!(10 < metadata.packages.len(), "the metadata names our own crates");
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_planted_circle_is_found_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder is made");
        fs::write(path, text).expect("a file is written");
    };
    write("lib.rs", "mod door; mod hall; mod room; mod roof; pub use crate::room::Bed;");
    write("door.rs", "/// Not `crate::hall::Lamp`.\nconst TEXT: &str = \"crate::hall\";");
    write("hall.rs", "mod lamp; pub use lamp::Shade; fn walk() { let _ = [crate::door::TEXT]; }");
    write("hall/lamp.rs", "use super::walk; pub struct Shade; const A: &str = crate::door::TEXT;");
    write("room.rs", "pub struct Bed; #[cfg(test)] mod tests { use crate::roof::Tile; }");
    write("roof.rs", "use crate::{Bed, hall::{self, Shade as Light}}; pub struct Tile;");
    assert_eq!(circles(folder.path()), Vec::<String>::new());

    // In a macro, under another name, and through a name that another module passes on.
    write("door.rs", "fn open() { println!(\"{}\", crate::roof::Tile); }");
    assert_eq!(
        circles(folder.path()),
        ["door → roof", "hall → door", "hall::lamp → door", "roof → hall", "roof → hall::lamp"]
    );
    write(
        "roof.rs",
        "pub(crate) use crate::hall::Shade as Light; use crate::room; pub struct Tile;",
    );
    assert_eq!(circles(folder.path()), Vec::<String>::new());
    write("room.rs", "use crate::{door as entry};");
    assert_eq!(circles(folder.path()), ["door → roof", "roof → room", "room → door"]);
}
