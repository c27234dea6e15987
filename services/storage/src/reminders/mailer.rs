//! Where mail goes: a mail server, or a folder while none is named.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
        extension::ClientId,
    },
};
use model::Instant;

use crate::{
    Error,
    config::{Encryption, ReminderConfig, SmtpConfig},
    store::Result,
};

/// How long the server may take for one command.
const SMTP_TIMEOUT: Duration = Duration::from_secs(30);
/// A program wrote it, so that no out-of-office note comes back (RFC 3834).
const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");

/// A mail to one person.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mail<'a> {
    /// Id of the reminder; the same id is the same mail.
    pub(crate) id: &'a str,
    /// Address of the recipient.
    pub(crate) address: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) text: &'a str,
    /// Its date.
    pub(crate) time: Instant,
}

/// Why a mail was not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failed {
    /// In words.
    pub(crate) message: String,
    /// Whether the server did not answer, so that other mails would fail too.
    pub(crate) is_away: bool,
}

/// Hands mail over.
#[derive(Debug)]
pub(crate) struct Mailer {
    sender: Mailbox,
    transport: Transport,
}

#[derive(Debug)]
enum Transport {
    Folder(PathBuf),
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
}

impl Mailer {
    /// Fails where the settings are unusable. It neither connects nor writes.
    pub(crate) fn open(config: &ReminderConfig) -> Result<Self> {
        if let Some(fault) = config.faults().first() {
            return Err(Error::Unfit(fault.to_string()));
        }
        let sender: Mailbox = config
            .sender
            .parse()
            .map_err(|_| Error::Unfit("storage.reminders.sender is no address".to_owned()))?;
        let transport = if config.smtp.host.is_empty() {
            Transport::Folder(config.folder.clone())
        } else {
            Transport::Smtp(Box::new(server(&config.smtp, sender.email.domain())?))
        };
        Ok(Self { sender, transport })
    }

    /// Removes a mail from the folder, if it is there. What a mail server took is out of reach.
    pub(crate) async fn remove(&self, id: &str) -> io::Result<()> {
        let Transport::Folder(folder) = &self.transport else { return Ok(()) };
        match tokio::fs::remove_file(folder.join(format!("{id}.eml"))).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Returns once the mail is in the folder, or the server has taken it.
    pub(crate) async fn send(&self, mail: &Mail<'_>) -> std::result::Result<(), Failed> {
        let message = self.message(mail)?;
        match &self.transport {
            Transport::Folder(folder) => {
                let (folder, name) = (folder.clone(), format!("{}.eml", mail.id));
                let bytes = message.formatted();
                let written = tokio::task::spawn_blocking(move || write(&folder, &name, &bytes));
                let written = written.await.map_err(io::Error::from).flatten();
                written
                    .map_err(|error| Failed { message: format!("folder: {error}"), is_away: true })
            }
            Transport::Smtp(server) => {
                let answer = server.send(message).await;
                answer.map(drop).map_err(|error| Failed {
                    is_away: error.status().is_none(),
                    message: format!("{:#}", anyhow::Error::from(error)),
                })
            }
        }
    }

    /// The same mail gives the same bytes each time.
    fn message(&self, mail: &Mail<'_>) -> std::result::Result<Message, Failed> {
        let Mail { id, address, subject, text, time } = *mail;
        let unfit = |message: String| Failed { message, is_away: false };
        let address = address
            .parse()
            .map_err(|_| unfit("the recipient has no address that mail can go to".to_owned()))?;
        let since = Duration::from_millis(u64::try_from(time.0).unwrap_or(0));
        Message::builder()
            .from(self.sender.clone())
            .to(Mailbox::new(None, address))
            .date(SystemTime::UNIX_EPOCH + since)
            .message_id(Some(format!("<{id}@{}>", self.sender.email.domain())))
            .subject(subject)
            .raw_header(HeaderValue::new(AUTO_SUBMITTED, "auto-generated".to_owned()))
            .header(ContentType::TEXT_PLAIN)
            .body(text.to_owned())
            .map_err(|error| unfit(error.to_string()))
    }
}

fn server(config: &SmtpConfig, from: &str) -> Result<AsyncSmtpTransport<Tokio1Executor>> {
    let SmtpConfig { host, port, encryption, authority, username, password_file } = config;
    let unfit = |error: lettre::transport::smtp::Error| {
        Error::Unfit(format!("storage.reminders.smtp: {:#}", anyhow::Error::from(error)))
    };
    let trusting = || -> Result<TlsParameters> {
        let mut parameters = TlsParameters::builder(host.clone());
        if !authority.as_os_str().is_empty() {
            let pem = read("authority", authority)?;
            let certificate = Certificate::from_pem(pem.as_bytes()).map_err(unfit)?;
            parameters = parameters.add_root_certificate(certificate);
        }
        parameters.build().map_err(unfit)
    };
    let tls = match encryption {
        Encryption::Tls => Tls::Wrapper(trusting()?),
        Encryption::Starttls => Tls::Required(trusting()?),
        Encryption::None => Tls::None,
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
        .port(*port)
        .tls(tls)
        .timeout(Some(SMTP_TIMEOUT))
        .hello_name(ClientId::Domain(from.to_owned()));
    if !username.is_empty() {
        let password = read("password_file", password_file)?;
        let password = password.trim_end_matches(['\r', '\n']).to_owned();
        builder = builder.credentials(Credentials::new(username.clone(), password));
    }
    Ok(builder.build())
}

fn read(key: &str, file: &Path) -> Result<String> {
    fs::read_to_string(file).map_err(|error| {
        Error::Unfit(format!("storage.reminders.smtp.{key}: `{}`: {error}", file.display()))
    })
}

/// Puts a file into a folder, whole or not at all. Written again it is the same file. Nobody else may read it.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    if folder.as_os_str().is_empty() {
        return Err(io::Error::other("storage.reminders.folder is not set"));
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let unfinished = folder.join(format!(".{name}.part"));
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, folder.join(name))?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: Mail<'static> = Mail {
        id: "00000000-0000-0000-0000-000000000001",
        address: "anna@example.nl",
        subject: "Één antwoord\r\nBcc: eve@example.nl",
        text: "Goedendag,\n\nVoor “Plan”.\n",
        time: Instant(1_646_136_000_000),
    };

    fn mailer(folder: &Path) -> Mailer {
        let folder = folder.to_owned();
        Mailer::open(&ReminderConfig { folder, ..ReminderConfig::default() }).unwrap()
    }

    #[tokio::test]
    async fn a_mail_that_is_sent_again_is_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("new").join("mail");
        let mailer = mailer(&place);
        mailer.send(&MAIL).await.unwrap();
        let file = place.join(format!("{}.eml", MAIL.id));
        let first = fs::read_to_string(&file).unwrap();
        mailer.send(&MAIL).await.unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), first);
        assert_eq!(fs::read_dir(&place).unwrap().count(), 1);
        for line in [
            "From: Voortgang <voortgang@localhost>",
            "To: anna@example.nl",
            "Date: Tue, 01 Mar 2022 12:00:00 +0000",
            "Message-ID: <00000000-0000-0000-0000-000000000001@localhost>",
            "Auto-Submitted: auto-generated",
        ] {
            assert!(first.contains(&format!("{line}\r\n")), "{line} is not in {first}");
        }
        assert!(!first.contains("\nBcc:"), "{first}");
    }

    #[tokio::test]
    async fn who_cannot_be_written_to_is_a_failure_of_one_mail_alone() {
        let folder = tempfile::tempdir().unwrap();
        let failed = mailer(folder.path()).send(&Mail { address: "", ..MAIL }).await.unwrap_err();
        assert!(!failed.is_away, "{failed:?}");
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let failed = mailer(&file.join("mail")).send(&MAIL).await.unwrap_err();
        assert!(failed.is_away, "{failed:?}");
    }
}
