//! Requests that name an object, from the descriptor of their message: each field by what its name says.
//!
//! A field with a name that is not known here stays empty. Where that leaves a request without its object, the check says so:
//! nothing is shown to those who see it, and nothing is missing to those who do not.

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value};
use wire::v1::{self as pb, Dimension};

use crate::matrix::world::Target;

/// Seconds since 1970 of a moment after everything that happened.
const AFTER_ALL: i64 = 4_000_000_000;

/// How a request names a contribution, the moment that it asks about and what it looks for, where it leaves the choice.
#[derive(Debug, Clone, Copy)]
struct Form {
    by_external_id: bool,
    as_of: bool,
    query: Query,
}

/// How a search looks for a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Query {
    Word,
    Prefix,
    Misspelt,
    /// By its edition alone.
    Edition,
    /// By its organisation alone.
    Organisation,
}

const QUERIES: [Query; 5] =
    [Query::Word, Query::Prefix, Query::Misspelt, Query::Edition, Query::Organisation];

/// The requests of this kind that name an object, one for each way to name it.
pub(super) fn about(message: &MessageDescriptor, target: &Target) -> Vec<DynamicMessage> {
    let names = match (has(message, "id"), has(message, "external_id")) {
        (true, true) => &[false, true][..],
        (_, by_external_id) => &[by_external_id],
    };
    let moments = if has(message, "as_of") { &[false, true][..] } else { &[false] };
    let queries = if has(message, "query") { &QUERIES[..] } else { &QUERIES[..1] };
    let forms = names.iter().flat_map(|&by_external_id| {
        moments.iter().flat_map(move |&as_of| {
            queries.iter().map(move |&query| Form { by_external_id, as_of, query })
        })
    });
    forms.map(|form| filled(message, target, form)).collect()
}

/// Whether a message, or one in it, has a field.
fn has(message: &MessageDescriptor, field: &str) -> bool {
    message.fields().any(|known| {
        let inner = nested(&known);
        known.name() == field || inner.is_some_and(|inner| has(&inner, field))
    })
}

/// The message that a field holds; those that have a value of their own are not filled by field.
fn nested(field: &FieldDescriptor) -> Option<MessageDescriptor> {
    let Kind::Message(message) = field.kind() else { return None };
    let is_own = message.full_name().starts_with("voortgang.") && message.name() != "Content";
    (is_own && !field.is_map()).then_some(message)
}

fn filled(message: &MessageDescriptor, target: &Target, form: Form) -> DynamicMessage {
    let mut filled = DynamicMessage::new(message.clone());
    for field in message.fields() {
        let value = match nested(&field) {
            Some(_) if field.name() == "filters" && form.query != Query::Organisation => None,
            Some(inner) => Some(Value::Message(self::filled(&inner, target, form))),
            None => value(message, &field, target, form),
        };
        let value =
            value.map(|value| if field.is_list() { Value::List(vec![value]) } else { value });
        // What does not fit means something else and stays empty.
        if let Some(value) = value.filter(|value| value.is_valid_for_field(&field)) {
            filled.set_field(&field, value);
        }
    }
    filled
}

fn value(
    message: &MessageDescriptor,
    field: &FieldDescriptor,
    target: &Target,
    form: Form,
) -> Option<Value> {
    match field.kind() {
        Kind::String => text(message, field.name(), target, form).map(Value::String),
        Kind::Message(of) => value_of_message(field.name(), &of, form),
        Kind::Enum(_) if field.name() == "format" => {
            Some(Value::EnumNumber(pb::Format::Json.into()))
        }
        Kind::Enum(_) if field.name() == "dimension" => {
            Some(Value::EnumNumber(Dimension::Organisation.into()))
        }
        // These must be given, whatever they are.
        Kind::Enum(_) if ["mode", "reason", "severity"].contains(&field.name()) => {
            Some(Value::EnumNumber(1))
        }
        // What changes nothing says so.
        Kind::Bool => Some(Value::Bool(["validate_only", "show_resolved"].contains(&field.name()))),
        Kind::Uint64 if field.name() == "id" => Some(Value::U64(target.dead_letter)),
        Kind::Uint64 if field.name() == "version" && !form.as_of => Some(Value::U64(1)),
        Kind::Uint32 if ["number", "version"].contains(&field.name()) => Some(Value::U32(1)),
        _ => None,
    }
}

fn text(message: &MessageDescriptor, field: &str, target: &Target, form: Form) -> Option<String> {
    let text: &str = match field {
        "id" if form.by_external_id => return None,
        "id" => subject(message, target),
        // Where both may be given, one is enough.
        "external_id" if !form.by_external_id => return None,
        "external_id" => &target.external_id,
        "name" => named(message, target)?,
        "contribution" => &target.contribution,
        "remark" => &target.remark,
        "person" => &target.person,
        "cycle" => &target.cycle,
        "organisation" | "values" => target.organisation,
        "edition" if has(message, "query") && form.query != Query::Edition => return None,
        "edition" => &target.edition,
        "query" => return Some(query(&target.word, form.query)),
        "job" => &target.job,
        "sha256" => &target.sha256,
        "request_id" => &target.request_id,
        "framework" | "code" => "plan",
        "goal" => "1",
        "indicator" => "1-a",
        "method" => "voortgang.v1.AccessService/GetCaller",
        // It is looked at once it is clear that the caller sees what it is of.
        "etag" => "9-stale",
        "reason" | "text" | "override_reason" => "Een reden.",
        _ => return None,
    };
    Some(text.to_owned())
}

/// What a search for a word is asked.
fn query(word: &str, form: Query) -> String {
    let (last, all_but_last) = (word.len() - 1, &word[..word.len() - 1]);
    match form {
        Query::Word => word.to_owned(),
        Query::Prefix => format!("{all_but_last}*"),
        Query::Misspelt => format!("{}{}", &word[..last - 2], &word[last - 1..]),
        Query::Edition | Query::Organisation => String::new(),
    }
}

/// What an id is of, as the name of its message says.
fn subject<'a>(message: &MessageDescriptor, target: &'a Target) -> &'a str {
    match message.name() {
        name if name.contains("Person") => &target.person,
        name if name.contains("Override") => &target.override_id,
        _ => &target.contribution,
    }
}

/// What a name is of, as the name of its message says.
fn named<'a>(message: &MessageDescriptor, target: &'a Target) -> Option<&'a str> {
    match message.name() {
        name if name.contains("Cycle") => Some(&target.cycle),
        name if name.contains("Edition") => Some(&target.edition),
        name if name.contains("Job") => Some(&target.job),
        _ => None,
    }
}

fn value_of_message(field: &str, of: &MessageDescriptor, form: Form) -> Option<Value> {
    let mut message = DynamicMessage::new(of.clone());
    match field {
        "content" => {
            let content = pb::Content::from(crate::content("Een tekst."));
            message.transcode_from(&content).expect("a content");
        }
        "as_of" if form.as_of => message.set_field_by_name("seconds", Value::I64(AFTER_ALL)),
        _ => return None,
    }
    Some(Value::Message(message))
}
