//! Checks of the fields of people and memberships. No value is repeated in a message, since that may be logged.

use std::str::FromStr as _;

use lettre::Address;
use messages::Language;
use model::{InvalidField, Membership};

use crate::{Error, store::Result, verbs::people::PersonOrder};

/// Maximum length of a name and of a subject, in characters.
const MAX_TEXT: usize = 200;
/// Maximum length of an address, in bytes (RFC 3696, erratum 1690).
const MAX_EMAIL: usize = 254;
/// Maximum number of pillars, and of goals, that a grant is limited to.
const MAX_CODES: usize = 200;
/// Maximum length of a code of a pillar or goal, in characters.
const MAX_CODE: usize = 64;

/// Reports every fault of a person. Values are not repeated, since the message may be logged.
pub(super) fn check_order(order: &PersonOrder) -> Result<()> {
    let PersonOrder { id: _, subject, name, email, language, notices: _ } = order;
    let mut faults = Vec::new();
    if !subject.is_empty() {
        faults.extend(unprintable("person.subject", subject));
    }
    faults.extend(unprintable("person.name", name));
    if email.len() > MAX_EMAIL {
        let message = format!("is {} bytes, at most {MAX_EMAIL} are allowed", email.len());
        faults.push(InvalidField::new("person.email", "TOO_LONG", message));
    } else if Address::from_str(email).is_err() {
        let message = "is not an address such as `anna@example.org`";
        faults.push(InvalidField::new("person.email", "INVALID_EMAIL", message));
    }
    let languages = Language::ALL.map(Language::tag);
    if !languages.contains(&language.as_str()) {
        let message = format!("is none of the languages of mails: {}", languages.join(", "));
        faults.push(InvalidField::new("person.language", "UNKNOWN_LANGUAGE", message));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

fn unprintable(field: &str, text: &str) -> Option<InvalidField> {
    let length = text.chars().count();
    if model::is_blank(text) {
        return Some(InvalidField::new(field, "NOT_GIVEN", "is not given"));
    }
    if length > MAX_TEXT {
        let message = format!("is {length} characters, at most {MAX_TEXT} are allowed");
        return Some(InvalidField::new(field, "TOO_LONG", message));
    }
    if text.chars().any(char::is_control) || text.trim() != text {
        let message = "has a control character, or a space at an end";
        return Some(InvalidField::new(field, "NOT_PRINTABLE", message));
    }
    None
}

pub(super) fn check_membership(membership: &Membership) -> Result<()> {
    let Membership { number: _, grant, from, until } = membership;
    let mut faults: Vec<InvalidField> =
        grant.fault().into_iter().map(|fault| fault.within("membership.grant")).collect();
    if grant.role.may_be_bound() && grant.organisation.is_none() {
        let message = format!("a {} is one of an organisation; name it", grant.role.name());
        faults.push(InvalidField::new(
            "membership.grant.organisation",
            "ORGANISATION_MISSING",
            message,
        ));
    }
    for (field, codes) in [("pillars", &grant.pillars), ("goals", &grant.goals)] {
        let field = format!("membership.grant.{field}");
        if codes.len() > MAX_CODES {
            let message = format!("has {} codes, at most {MAX_CODES} are allowed", codes.len());
            faults.push(InvalidField::new(field, "TOO_MANY", message));
        } else if !codes.iter().all(|code| is_code(code)) {
            let message = format!("a code is 1 to {MAX_CODE} printable characters without spaces");
            faults.push(InvalidField::new(field, "INVALID_CODE", message));
        }
    }
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        let message = format!("is before the first day, {from}");
        faults.push(InvalidField::new("membership.until", "UNTIL_BEFORE_FROM", message));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

fn is_code(code: &str) -> bool {
    (1..=MAX_CODE).contains(&code.chars().count())
        && !code.chars().any(|sign| sign.is_control() || sign.is_whitespace())
}
