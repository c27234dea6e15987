//! Mail by a server that wants encryption and a login, in another language: `tests/mail_server.py`.

use std::{
    io::{BufRead as _, BufReader, Lines},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

use tempfile::TempDir;

use crate::{
    database::Database,
    reminders::{all, round, story},
    sandbox::Sandbox,
};

/// A Python with aiosmtpd: named by `VOORTGANG_PYTHON`, else the one that `tests/run` makes. Absent it is a failure where
/// `CI` is set; elsewhere the caller returns.
fn python() -> Option<PathBuf> {
    let own = root().join("tests/.cache/python/bin/python");
    let python = std::env::var_os("VOORTGANG_PYTHON").map_or(own, PathBuf::from);
    let imports = Command::new(&python).args(["-c", "import aiosmtpd"]).output();
    if imports.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "{} has no aiosmtpd: tests/run installs it, or set VOORTGANG_PYTHON",
        python.display()
    );
    eprintln!("left out: no Python with aiosmtpd; tests/run installs it");
    None
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The server, killed when dropped.
struct MailServer {
    child: Child,
    told: Lines<BufReader<ChildStdout>>,
    folder: TempDir,
    port: u16,
}

impl MailServer {
    /// Starts it; `bare` has it offer no encryption.
    fn start(python: &Path, words: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ed25519", "-nodes", "-days", "1"])
            .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
            .args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout"])
            .args([&file("server.key"), Path::new("-out"), &file("server.pem")])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mail_server.py");
        let mut child = Command::new(python)
            .arg(script)
            .arg(folder.path())
            .args(words)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = told.next().expect("it tells its port").unwrap().parse().unwrap();
        Self { child, told, folder, port }
    }

    /// What a process that hands mail to it is told: to trust it or not, and this password.
    fn config(&self, config: &mut storage::ReminderConfig, is_trusted: bool, password: &str) {
        let file = self.folder.path().join("password");
        std::fs::write(&file, password).unwrap();
        config.sender = "Plan <plan@example.nl>".into();
        config.smtp.host = "localhost".into();
        config.smtp.port = self.port;
        config.smtp.username = "plan".into();
        config.smtp.password_file = file;
        if is_trusted {
            config.smtp.authority = self.folder.path().join("server.pem");
        }
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn told_errors(sandbox: &Sandbox) -> String {
    let errors: Vec<String> = all(sandbox).await.into_iter().map(|r| r.error).collect();
    errors.join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_is_met_encrypted_and_with_a_login_or_not_at_all() {
    let Some(python) = python() else { return };
    let sandbox = Sandbox::on(Database::sqlite()).await;
    story(&sandbox).await;
    let bare = MailServer::start(&python, &["bare"]);
    let storage = sandbox.reminding(|config| bare.config(config, true, "geheim\n")).await;
    assert_eq!(round(&storage).await, [2, 0, 1], "nothing goes in the clear");
    let mut server = MailServer::start(&python, &[]);
    for (is_trusted, password, expected) in
        [(false, "geheim", "certificate"), (true, "verkeerd", "535")]
    {
        sandbox.clock.advance(60_000);
        let storage = sandbox.reminding(|config| server.config(config, is_trusted, password)).await;
        let [_, sent, _] = round(&storage).await;
        let told = told_errors(&sandbox).await;
        assert_eq!(sent, 0, "{told}");
        assert!(told.contains(expected), "{expected}: {told}");
    }
    sandbox.clock.advance(60_000);
    let storage = sandbox.reminding(|config| server.config(config, true, "geheim\n")).await;
    assert_eq!(round(&storage).await, [0, 2, 0], "{}", told_errors(&sandbox).await);
    let mut recipients: Vec<String> =
        server.told.by_ref().take(2).map(|line| line.unwrap()).collect();
    recipients.sort();
    assert_eq!(recipients, ["anna@example.nl", "bert@example.nl"]);
}
