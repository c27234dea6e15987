//! A mail server that fits on a page: it takes what it is set to take, and fails as often as it is set to.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::reminders::post::Mail;

/// How it meets a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    /// Hangs up on whoever says hello.
    HangsUp,
    /// Knows no such recipient.
    RefusesRecipient,
    /// Takes the mail and does not say so.
    TakesInSilence,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Server {
    /// Mails that it has taken.
    taken: Arc<Mutex<Vec<Mail>>>,
    /// How it meets the next ones; after those it takes all.
    moods: Arc<Mutex<VecDeque<Mood>>>,
}

impl Server {
    /// Listens on the loopback address and returns the port.
    pub(crate) async fn listen(&self) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = server.clone();
                tokio::spawn(async move { server.talk(stream).await });
            }
        });
        port
    }

    pub(crate) fn taken(&self) -> Vec<Mail> {
        self.taken.lock().unwrap().clone()
    }

    pub(crate) fn meets(&self, moods: &[Mood]) {
        self.moods.lock().unwrap().extend(moods);
    }

    /// A conversation in the words of RFC 5321.
    async fn talk(&self, stream: TcpStream) -> Option<()> {
        let mut mood = None;
        let mut stream = BufReader::new(stream);
        say(&mut stream, "220 mail.test ready").await?;
        loop {
            let line = line(&mut stream).await?;
            let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match word.as_str() {
                // Only now is it a sender of mail: a port may have been another server's, and still be called for that.
                "EHLO" => {
                    mood = self.moods.lock().unwrap().pop_front();
                    if mood == Some(Mood::HangsUp) {
                        return None;
                    }
                    say(&mut stream, "250-mail.test\r\n250 8BITMIME").await?;
                }
                "RCPT" if mood == Some(Mood::RefusesRecipient) => {
                    let address = line.split_once(':').unwrap().1.to_owned();
                    say(&mut stream, &format!("550 5.1.1 {address} is unknown here")).await?;
                }
                "MAIL" | "RCPT" | "RSET" => say(&mut stream, "250 fine").await?,
                "DATA" => {
                    say(&mut stream, "354 go on, end with a dot").await?;
                    let mail = data(&mut stream).await?;
                    self.taken.lock().unwrap().push(Mail::read(&mail));
                    if mood == Some(Mood::TakesInSilence) {
                        return std::future::pending().await;
                    }
                    say(&mut stream, "250 taken").await?;
                }
                "QUIT" => return say(&mut stream, "221 bye").await,
                _ => say(&mut stream, "502 what").await?,
            }
        }
    }
}

async fn say(stream: &mut BufReader<TcpStream>, text: &str) -> Option<()> {
    stream.write_all(format!("{text}\r\n").as_bytes()).await.ok()
}

async fn line(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await.ok()?;
    (0 < read).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Everything up to the dot, without the dots that were doubled.
async fn data(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut mail = String::new();
    loop {
        let line = line(stream).await?;
        if line == "." {
            return Some(mail);
        }
        mail.push_str(line.strip_prefix('.').unwrap_or(&line));
        mail.push_str("\r\n");
    }
}
