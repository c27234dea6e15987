//! A disk that is full, and one that cannot be written.

use std::{
    fs::{self, File},
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use end_to_end::{Server, voortgang};
use tempfile::TempDir;

use crate::prepared::{item, prepare, write};

/// How long a test waits for what must happen.
const TIMEOUT: Duration = Duration::from_mins(2);

/// A disk of its own in memory; gone when dropped.
struct Disk(TempDir);

impl Disk {
    /// Mounts a disk of so many megabytes; none where this user may not, which is a failure where `CI` is set.
    fn mount(megabytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={megabytes}m");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(folder.path())
            .output()
            .unwrap();
        if mounted.status.success() {
            return Some(Self(folder));
        }
        assert!(std::env::var_os("CI").is_none(), "{}", String::from_utf8_lossy(&mounted.stderr));
        eprintln!("left out, since only root may mount a disk: {megabytes} MB that run full");
        None
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn make_read_only(&self) {
        let remounted =
            Command::new("mount").args(["-o", "remount,ro"]).arg(self.path()).status().unwrap();
        assert!(remounted.success());
    }

    /// Fills it to the last byte; removing the file makes room again.
    fn fill(&self) -> PathBuf {
        let path = self.path().join("filler");
        let mut file = File::create(&path).unwrap();
        for size in [1 << 20, 1 << 12, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
        path
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.path()).status();
    }
}

/// Submits a large text; returns what the command printed where it was refused.
fn submit(server: &Server, folder: &Path, name: &str) -> Result<(), String> {
    let text = format!("Tekst {name}. ").repeat(2_000);
    let named = item(&text).replace("id: a-1", &format!("id: {name}"));
    let answer = server.cli(&["submit", &write(folder, "item.yaml", named)]);
    if answer.code == 0 { Ok(()) } else { Err(format!("{}{}", answer.out, answer.err)) }
}

fn found(server: &Server, word: &str) -> u64 {
    let answer = server.cli(&["search", word, "--working", "--json"]).json();
    answer["total"].as_u64().unwrap()
}

#[test]
fn a_full_disk_refuses_writes_while_reads_go_on_and_recovers_once_there_is_room() {
    let Some(disk) = Disk::mount(64) else { return };
    let files = tempfile::tempdir().unwrap();
    let mut server = Server::start(&disk.path().join("data"));
    prepare(&server, files.path());
    submit(&server, files.path(), "eerste").unwrap();
    let end = Instant::now() + TIMEOUT;
    while found(&server, "eerste") == 0 {
        assert!(Instant::now() < end, "the first is not found");
        std::thread::sleep(Duration::from_millis(50));
    }
    let filler = disk.fill();
    // What is allocated already may take a few more.
    let refusal = (0..200).find_map(|i| submit(&server, files.path(), &format!("vol-{i}")).err());
    let output = refusal.expect("a full disk refuses sooner or later");
    assert!(output.contains("DISK_FULL"), "{output}");
    assert!(server.is_alive(), "it runs on");
    assert_eq!(found(&server, "eerste"), 1);
    assert_eq!(server.get("/").0, 200);
    let cycles = server.cli(&["cycle", "list", "--json"]).json();
    assert_eq!(cycles["cycles"].as_array().unwrap().len(), 1, "{cycles}");
    fs::remove_file(filler).unwrap();
    let end = Instant::now() + TIMEOUT;
    while let Err(output) = submit(&server, files.path(), "ruimte") {
        assert!(Instant::now() < end, "it goes on to refuse: {output}");
        std::thread::sleep(Duration::from_millis(200));
    }
    let end = Instant::now() + TIMEOUT;
    while found(&server, "ruimte") == 0 {
        assert!(Instant::now() < end, "what came after is not found: search did not recover");
        std::thread::sleep(Duration::from_millis(200));
    }
    assert!(server.is_alive());
}

#[test]
fn a_folder_that_cannot_be_written_is_reported_at_the_start() {
    let up = |data: &Path| {
        let data = data.display().to_string();
        voortgang(&["up", "--data", &data, "--grpc-port", "0", "--http-port", "0"]).fails(1)
    };
    let output = if let Some(disk) = Disk::mount(4) {
        disk.make_read_only();
        up(&disk.path().join("data"))
    } else {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).unwrap();
        up(&folder.path().join("data"))
    };
    assert!(output.contains("cannot be used") && output.contains("--data"), "{output}");
    assert!(output.contains("right to write there"), "{output}");
}
