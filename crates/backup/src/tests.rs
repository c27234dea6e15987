use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use age::secrecy::ExposeSecret as _;
use model::{Hash, Instant};
use tempfile::TempDir;

use crate::{Check, Error, FilePath, Folder, Identities, Manifest, Recipients, Writer};

/// A folder of backups beside the files to be backed up.
struct Fixture {
    place: TempDir,
    folder: Folder,
}

impl Fixture {
    fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::new(&place.path().join("backups"));
        Self { place, folder }
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.place.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    /// Backs these texts up; returns the manifest and the number of bytes stored.
    fn back_up(&self, time: i64, recipients: &[String], texts: &[(&str, &str)]) -> (Manifest, u64) {
        self.back_up_after(Check::Size, time, recipients, texts)
    }

    fn back_up_after(
        &self,
        check: Check,
        time: i64,
        recipients: &[String],
        texts: &[(&str, &str)],
    ) -> (Manifest, u64) {
        let mut writer =
            Writer::begin(&self.folder, Recipients::parse(recipients).unwrap(), check).unwrap();
        for (name, text) in texts {
            let source = self.write("source", text);
            writer.add(FilePath::new(name).unwrap(), &source).unwrap();
        }
        let stored = writer.stored();
        (writer.finish(Instant(time), "1.0.0").unwrap(), stored)
    }

    fn restore(&self, manifest: &Manifest, keys: &Identities) -> Result<PathBuf, Error> {
        let target = self.place.path().join("restored");
        let _ = fs::remove_dir_all(&target);
        for entry in &manifest.files {
            self.folder.verify(entry)?;
            self.folder.extract(manifest, entry, keys, &target)?;
        }
        Ok(target)
    }

    /// A new pair of keys: the public one, and the file of the private one.
    fn keys(&self, name: &str) -> (String, PathBuf) {
        let key = age::x25519::Identity::generate();
        (key.to_public().to_string(), self.write(name, key.to_string().expose_secret()))
    }
}

fn flip_a_bit(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::File::create(path).unwrap().write_all(&bytes).unwrap();
}

#[test]
fn what_was_backed_up_comes_back_and_only_what_is_new_is_stored() {
    let fixture = Fixture::new();
    let (first, stored) = fixture.back_up(1_000, &[], &[("a/b.txt", "one"), ("c.txt", "two")]);
    assert_eq!((stored, first.size()), (6, 6));
    let (second, stored) = fixture.back_up(2_000, &[], &[("a/b.txt", "one"), ("c.txt", "three")]);
    assert_eq!(stored, 5);
    for (at, expected, text) in [(None, &second, "three"), (Some(1_999), &first, "two")] {
        let chosen = fixture.folder.choose(at.map(Instant)).unwrap();
        assert_eq!(&chosen, expected);
        let restored = fixture.restore(&chosen, &Identities::default()).unwrap();
        assert_eq!(fs::read_to_string(restored.join("a/b.txt")).unwrap(), "one");
        assert_eq!(fs::read_to_string(restored.join("c.txt")).unwrap(), text);
    }
    let none = fixture.folder.choose(Some(Instant(999))).unwrap_err().to_string();
    assert!(none.contains("no backup of 1970-01-01T00:00:00.999Z or before"), "{none}");
}

#[test]
fn a_flipped_bit_is_refused_and_named() {
    let fixture = Fixture::new();
    let (key, _) = fixture.keys("key");
    for recipients in [vec![], vec![key]] {
        let (manifest, _) = fixture.back_up(1_000, &recipients, &[("a/b.txt", "some text")]);
        let entry = &manifest.files[0];
        fixture.folder.verify(entry).unwrap();
        flip_a_bit(&fixture.folder.part(entry.part));
        let refusal = fixture.folder.verify(entry).unwrap_err().to_string();
        assert!(refusal.starts_with("`a/b.txt` is damaged in the backup"), "{refusal}");
        fs::remove_file(fixture.folder.part(entry.part)).unwrap();
        let refusal = fixture.folder.verify(entry).unwrap_err().to_string();
        assert!(refusal.ends_with("is missing"), "{refusal}");
    }
    for path in fixture.folder.manifests().unwrap() {
        flip_a_bit(&path);
        let refusal = fixture.folder.list().unwrap_err().to_string();
        assert!(refusal.contains("its name is not the SHA-256 of its bytes"), "{refusal}");
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn a_part_that_was_lost_or_cut_is_stored_again_and_a_damaged_one_where_all_bytes_are_checked() {
    let fixture = Fixture::new();
    let (key, _) = fixture.keys("key");
    for recipients in [vec![], vec![key]] {
        let (manifest, _) = fixture.back_up(1_000, &recipients, &[("a", "text")]);
        let lose: fn(&Path) = |part| fs::remove_file(part).unwrap();
        let cut: fn(&Path) = |part| fs::write(part, "").unwrap();
        let breaks =
            [(Check::Size, lose), (Check::Size, cut), (Check::Bytes, flip_a_bit as fn(&Path))];
        let mut entry = manifest.files[0].clone();
        for (time, (check, damage)) in [2_000, 3_000, 4_000].into_iter().zip(breaks) {
            damage(&fixture.folder.part(entry.part));
            let (again, stored) = fixture.back_up_after(check, time, &recipients, &[("a", "text")]);
            assert_ne!(stored, 0, "{check:?}");
            entry = again.files[0].clone();
            fixture.folder.verify(&entry).unwrap();
        }
        flip_a_bit(&fixture.folder.part(entry.part));
        let (_, stored) = fixture.back_up(5_000, &recipients, &[("a", "text")]);
        assert_eq!(stored, 0, "its size says nothing of its bytes");
    }
}

#[test]
fn a_damaged_manifest_hides_no_other_backup() {
    let fixture = Fixture::new();
    fixture.back_up(1_000, &[], &[("a", "text")]);
    let damaged = fixture.folder.manifests().unwrap();
    fixture.back_up(2_000, &[], &[("a", "text")]);
    flip_a_bit(&damaged[0]);
    assert_eq!(fixture.folder.choose(None).unwrap().time, Instant(2_000));
    fixture.folder.list().unwrap_err();
}

#[test]
fn an_encrypted_backup_needs_the_private_key() {
    let fixture = Fixture::new();
    let ((public, private), (_, other)) = (fixture.keys("key"), fixture.keys("other"));
    let text = "a secret that stands in no file of the folder";
    let (manifest, _) = fixture.back_up(1_000, std::slice::from_ref(&public), &[("a", text)]);
    let part = fs::read(fixture.folder.part(manifest.files[0].part)).unwrap();
    assert!(!part.windows(8).any(|bytes| bytes == &text.as_bytes()[..8]));
    let (_, stored) = fixture.back_up(2_000, &[public], &[("a", text)]);
    assert_eq!(stored, 0, "it is there for the same key");
    let (_, stored) = fixture.back_up(3_000, &[], &[("a", text)]);
    assert_ne!(stored, 0, "it is not there without encryption");
    let refusal = fixture.restore(&manifest, &Identities::default()).unwrap_err().to_string();
    assert!(refusal.ends_with("no private key was given"), "{refusal}");
    let refusal = fixture.restore(&manifest, &Identities::read(&other).unwrap()).unwrap_err();
    assert!(matches!(refusal, Error::Undecipherable { .. }), "{refusal}");
    let restored = fixture.restore(&manifest, &Identities::read(&private).unwrap()).unwrap();
    assert_eq!(fs::read_to_string(restored.join("a")).unwrap(), text);
}

#[test]
fn the_latest_are_kept_and_what_only_the_others_stored_is_removed() {
    let fixture = Fixture::new();
    let texts = [[("a", "one"), ("b", "same")], [("a", "two"), ("b", "same")]];
    let (first, _) = fixture.back_up(1_000, &[], &texts[0]);
    let (second, _) = fixture.back_up(2_000, &[], &texts[1]);
    assert_eq!(fixture.folder.prune(1).unwrap(), 1);
    assert_eq!(fixture.folder.list().unwrap(), std::slice::from_ref(&second));
    fixture.restore(&second, &Identities::default()).unwrap();
    assert!(!fixture.folder.part(first.files[0].part).exists());
}

#[test]
fn two_backups_at_a_time_are_refused() {
    let fixture = Fixture::new();
    let writer = Writer::begin(&fixture.folder, Recipients::default(), Check::Size).unwrap();
    let refusal = Writer::begin(&fixture.folder, Recipients::default(), Check::Size).unwrap_err();
    assert!(matches!(refusal, Error::Busy(_)), "{refusal}");
    drop(writer);
    Writer::begin(&fixture.folder, Recipients::default(), Check::Size).unwrap();
}

#[test]
fn a_file_that_is_not_what_its_name_says_is_refused() {
    let fixture = Fixture::new();
    let mut writer = Writer::begin(&fixture.folder, Recipients::default(), Check::Size).unwrap();
    let (source, path) = (fixture.write("source", "text"), FilePath::new("a").unwrap());
    writer.add_named(path.clone(), &source, Hash::of(b"text")).unwrap();
    let refusal = writer.add_named(path, &source, Hash::of(b"other")).unwrap_err();
    assert!(matches!(refusal, Error::DamagedSource(_)), "{refusal}");
}

#[test]
fn no_path_of_a_manifest_leads_out_of_its_folder() {
    for path in ["", "/etc/passwd", "../a", "a/../../b", "."] {
        assert_eq!(FilePath::new(path), None, "{path}");
    }
}
