//! Mail by a server that wants encryption and a login, in another language: `tests/mail_server.py`.

use std::{
    io::{BufRead as _, BufReader, Lines},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use tempfile::TempDir;

use crate::{
    database::Database,
    reminders::{all, round, story},
    sandbox::Sandbox,
};

/// The server, killed when dropped.
struct MailServer {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    folder: TempDir,
    port: u16,
}

impl MailServer {
    /// Starts it; `bare` has it offer no encryption.
    fn start(python: &Path, words: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name).display().to_string();
        let extra = [
            ["-addext", "subjectAltName=DNS:localhost"],
            ["-addext", "basicConstraints=critical,CA:FALSE"],
        ];
        let (key, certificate) = (file("server.key"), file("server.pem"));
        testkit::openssl::make("/CN=localhost", extra.as_flattened(), &key, &certificate);
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mail_server.py");
        let mut child = Command::new(python)
            .arg(script)
            .arg(folder.path())
            .args(words)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = lines.next().expect("it prints its port").unwrap().parse().unwrap();
        Self { child, lines, folder, port }
    }

    /// What a process that hands mail to it is given: to trust it or not, and this password.
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

async fn reported_errors(sandbox: &Sandbox) -> String {
    let errors: Vec<String> = all(sandbox).await.into_iter().map(|r| r.error).collect();
    errors.join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_is_met_encrypted_and_with_a_login_or_not_at_all() {
    let Some(python) = testkit::python("aiosmtpd") else { return };
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
        let errors = reported_errors(&sandbox).await;
        assert_eq!(sent, 0, "{errors}");
        assert!(errors.contains(expected), "{expected}: {errors}");
    }
    sandbox.clock.advance(60_000);
    let storage = sandbox.reminding(|config| server.config(config, true, "geheim\n")).await;
    assert_eq!(round(&storage).await, [0, 2, 0], "{}", reported_errors(&sandbox).await);
    let mut recipients: Vec<String> =
        server.lines.by_ref().take(2).map(|line| line.unwrap()).collect();
    recipients.sort();
    assert_eq!(recipients, ["anna@example.nl", "bert@example.nl"]);
}
