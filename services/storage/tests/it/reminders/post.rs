//! People, and the mail that reached them.

use std::{collections::BTreeSet, path::Path};

use prost::Message as _;
use sqlx::AnyPool;
use wire::v1 as pb;

/// A mail as its recipient reads it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mail {
    /// Its Message-ID.
    pub(crate) id: String,
    /// Address of the recipient.
    pub(crate) to: String,
    /// The text, decoded.
    pub(crate) text: String,
}

impl Mail {
    /// Takes a mail apart: one recipient, plain text.
    pub(crate) fn read(mail: &str) -> Self {
        let (head, body) = mail.split_once("\r\n\r\n").unwrap();
        let field = |name: &str| {
            let lines = head.lines().filter_map(|line| line.split_once(": "));
            let mut values = lines.filter(|(known, _)| known.eq_ignore_ascii_case(name));
            values.next().map_or(String::new(), |(_, value)| value.to_owned())
        };
        let text = match field("Content-Transfer-Encoding").as_str() {
            "quoted-printable" => quoted_printable(body),
            "7bit" | "8bit" => body.to_owned(),
            other => panic!("{other} is no encoding of these texts"),
        };
        Self { id: field("Message-ID"), to: field("To"), text: text.replace("\r\n", "\n") }
    }

    /// Cycle and step, such as `plan/2021 -7`.
    pub(crate) fn reference(&self) -> &str {
        let last = self.text.trim_end().lines().last().unwrap();
        last.split_once(": ").unwrap().1
    }

    pub(crate) fn is_escalation(&self) -> bool {
        self.text.contains("hebben nog niet geantwoord")
            || self.text.contains("have not answered the following")
    }

    /// What it lists, as `organisation/goal` or `organisation/goal/indicator`.
    pub(crate) fn items(&self) -> BTreeSet<String> {
        let (mut organisation, mut goal) = (String::new(), String::new());
        let mut items = BTreeSet::new();
        for line in self.text.lines() {
            let code = |text: &str| text.split(' ').next().unwrap().to_owned();
            if let Some((_, rest)) = line.split_once(" (").filter(|_| line.ends_with(':')) {
                rest.split_once(')').unwrap().0.clone_into(&mut organisation);
            } else if let Some(rest) = line.strip_prefix("- ") {
                goal = code(rest);
            } else if let Some(rest) = line.strip_prefix("  - ") {
                let whole = ["het doel als geheel", "the goal as a whole"].contains(&rest);
                let part = if whole { String::new() } else { format!("/{}", code(rest)) };
                items.insert(format!("{organisation}/{goal}{part}"));
            }
        }
        items
    }

    /// To whom, about which cycle and step, with `!` for an escalation, and what.
    pub(crate) fn shown(&self) -> String {
        let mark = if self.is_escalation() { "!" } else { "" };
        let items: Vec<String> = self.items().into_iter().collect();
        format!("{}{mark} {} {}", self.to, self.reference(), items.join(" "))
    }
}

/// Every mail of a folder, by name.
pub(crate) fn mails(folder: &Path) -> Vec<Mail> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "eml"));
    files.sort();
    files.iter().map(|file| Mail::read(&std::fs::read_to_string(file).unwrap())).collect()
}

fn quoted_printable(text: &str) -> String {
    let text = text.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'=' {
            let hex = std::str::from_utf8(&after[..2]).unwrap();
            bytes.push(u8::from_str_radix(hex, 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// Somebody with an address, who is a member of nothing yet and hears of nothing that happened. The address is `<id>@example.nl`.
pub(crate) async fn person(pool: &AnyPool, id: &str, language: &str) {
    let sql = "INSERT INTO people (id, subject, name, email, language, notices, create_time) VALUES ($1, $1, $2, $3, $4, 'off', 1)";
    sqlx::query(sql)
        .bind(id)
        .bind(format!("Naam van {id}"))
        .bind(format!("{id}@example.nl"))
        .bind(language)
        .execute(pool)
        .await
        .unwrap();
}

/// A membership over some days, each of which may be empty.
pub(crate) async fn membership(
    pool: &AnyPool,
    (id, number): (&str, i64),
    grant: &pb::Grant,
    (first, last): (&str, &str),
) {
    let sql = "INSERT INTO memberships (person, number, organisation, first_day, last_day, body) VALUES ($1, $2, $3, $4, $5, $6)";
    sqlx::query(sql)
        .bind(id)
        .bind(number)
        .bind(grant.organisation.as_str())
        .bind(first)
        .bind(last)
        .bind(grant.encode_to_vec())
        .execute(pool)
        .await
        .unwrap();
}

/// Erases a person.
pub(crate) async fn erase(pool: &AnyPool, id: &str) {
    let sql = "UPDATE people SET name = '', email = '', subject = id, erase_time = 1 WHERE id = $1";
    sqlx::query(sql).bind(id).execute(pool).await.unwrap();
}

/// A role for one organisation, or for all with an empty code.
pub(crate) fn grant(role: pb::Role, organisation: &str) -> pb::Grant {
    pb::Grant {
        role: role.into(),
        organisation: organisation.into(),
        pillars: Vec::new(),
        goals: Vec::new(),
    }
}
