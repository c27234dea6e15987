//! Messages by their descriptors, with values that fit the types and little else.

use prost_reflect::{
    DynamicMessage, EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor, Value,
};

use crate::fuzz::{WORDS, pick};

/// How deep messages stand in messages.
const MAX_DEPTH: usize = 6;

/// A message of this kind. Strings are often what their field's name asks for, or one of `words`, such as ids that there are.
pub fn message(
    random: &mut fastrand::Rng,
    descriptor: &MessageDescriptor,
    words: &[String],
) -> DynamicMessage {
    filled(random, descriptor, words, MAX_DEPTH)
}

fn filled(
    random: &mut fastrand::Rng,
    descriptor: &MessageDescriptor,
    words: &[String],
    depth: usize,
) -> DynamicMessage {
    let mut message = DynamicMessage::new(descriptor.clone());
    for field in descriptor.fields() {
        let is_left_out = field.is_map() || random.u8(..4) == 0;
        let is_too_deep = depth == 0 && matches!(field.kind(), Kind::Message(_));
        if is_left_out || is_too_deep {
            continue;
        }
        let value = if field.is_list() {
            let count = random.usize(..4);
            Value::List((0..count).map(|_| value(random, &field, words, depth)).collect())
        } else {
            value(random, &field, words, depth)
        };
        message.set_field(&field, value);
    }
    message
}

fn value(
    random: &mut fastrand::Rng,
    field: &FieldDescriptor,
    words: &[String],
    depth: usize,
) -> Value {
    match field.kind() {
        Kind::Double | Kind::Float if matches!(field.kind(), Kind::Float) => {
            Value::F32(*pick(random, &[0.0, -1.0, f32::NAN, f32::MAX]))
        }
        Kind::Double | Kind::Float => Value::F64(*pick(random, &[0.0, -1.0, f64::NAN, f64::MAX])),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => {
            Value::I32(*pick(random, &[0, 1, 2, -1, 1_000, i32::MAX, i32::MIN]))
        }
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Value::I64(*pick(
            random,
            &[0, 1, -1, 1_700_000_000, 253_402_300_800, i64::MAX, i64::MIN],
        )),
        Kind::Uint32 | Kind::Fixed32 => Value::U32(*pick(random, &[0, 1, 2, 1_000, u32::MAX])),
        Kind::Uint64 | Kind::Fixed64 => {
            Value::U64(*pick(random, &[0, 1, 2, 1 << 32, 1 << 63, u64::MAX]))
        }
        Kind::Bool => Value::Bool(random.bool()),
        Kind::String => Value::String(text(random, field.name(), words)),
        Kind::Bytes => Value::Bytes(text(random, field.name(), words).into_bytes().into()),
        Kind::Enum(of) => Value::EnumNumber(number(random, &of)),
        Kind::Message(of) => Value::Message(filled(random, &of, words, depth - 1)),
    }
}

/// Mostly one that there is.
fn number(random: &mut fastrand::Rng, of: &EnumDescriptor) -> i32 {
    let known: Vec<i32> = of.values().map(|value| value.number()).collect();
    if random.u8(..8) == 0 { *pick(random, &[-1, 99, i32::MAX]) } else { *pick(random, &known) }
}

fn text(random: &mut fastrand::Rng, field: &str, words: &[String]) -> String {
    match random.u8(..8) {
        0..4 => pick(random, fitting(field)).to_string(),
        4 if !words.is_empty() => pick(random, words).clone(),
        5 => format!("{}{}", pick(random, &WORDS), pick(random, &WORDS)),
        6 => pick(random, &WORDS).repeat(random.usize(..200)),
        _ => (*pick(random, &WORDS)).to_owned(),
    }
}

/// What a field of this name may hold.
fn fitting(field: &str) -> &'static [&'static str] {
    match field {
        "cycle" | "object" => &["plan/2021", "plan/2022"],
        "framework" | "code" => &["plan"],
        "organisation" | "organisations" => &["alfa", "beta"],
        "goal" | "goals" => &["1", "1.1"],
        "indicator" | "indicators" => &["1-a", "1.1-a"],
        "external_id" => &["a-1", "a-2"],
        "language" | "languages" => &["nl", "en"],
        "from" | "opening" => &["2021-01-01", "0001-01-01", "-000001-01-01", "9999-01-01"],
        "until" | "date" | "deadline" => {
            &["2021-12-31", "0001-12-31", "-000001-12-31", "9999-12-31"]
        }
        "name" | "edition" => &["plan/2021/1", "plan/2021"],
        "value" | "per" => &["1", "0.1", "99999999999999999999999999999999999999", "1e9"],
        "subject" | "actor" => &["idp|anna", "idp|bert"],
        "email" => &["anna@example.org"],
        "query" => &["vrede", "\"vrede en\"", "vrede* AND (x OR -y)", "jaar:2021", "vrde"],
        "markdown" | "text" | "reason" => {
            &["Een tekst.", "# Kop\n\n- een\n- twee\n\n| a |\n| - |\n| b |"]
        }
        _ => &WORDS,
    }
}
