//! Protobuf messages as JSON, and the JSON Schema of that form, both from the descriptors.
//!
//! Invariant: every field of a message is in its JSON and in its schema, so that a new one needs no change here.
//! Names are those of the proto. A time is RFC 3339, a word of an enum is lower case without the enum's name, bytes are
//! base64; a message, time or word that is not there is null, a text that is not there is empty.

use std::{borrow::Cow, sync::LazyLock};

use data_encoding::BASE64;
use prost_reflect::{
    Cardinality, DescriptorPool, DynamicMessage, EnumDescriptor, FieldDescriptor, Kind, MapKey,
    MessageDescriptor, ReflectMessage as _, Value,
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value as Json, json};

const TIMESTAMP: &str = "google.protobuf.Timestamp";

static DESCRIPTORS: LazyLock<DescriptorPool> = LazyLock::new(|| {
    DescriptorPool::decode(wire::DESCRIPTORS).expect("the committed descriptors are whole")
});

/// A message that is printed as it is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Message<M>(pub(crate) M);

impl<M: prost::Message> Serialize for Message<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let message = DynamicMessage::decode(descriptor::<M>(), self.0.encode_to_vec().as_slice());
        object(&message.map_err(serde::ser::Error::custom)?).serialize(serializer)
    }
}

impl<M: prost::Message> JsonSchema for Message<M> {
    fn schema_name() -> Cow<'static, str> {
        descriptor::<M>().name().to_owned().into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        object_schema(&descriptor::<M>(), generator)
    }
}

/// Returns the descriptor of a generated type, which has the name of its message.
fn descriptor<M>() -> MessageDescriptor {
    let name = std::any::type_name::<M>().rsplit("::").next().unwrap_or_default();
    let found = DESCRIPTORS
        .all_messages()
        .find(|message| message.name() == name && message.full_name().starts_with("voortgang."));
    found.expect("every generated type is a message of the descriptors")
}

fn object(message: &DynamicMessage) -> Json {
    let field = |field: FieldDescriptor| {
        let is_absent = field.supports_presence() && !message.has_field(&field);
        let value = message.get_field(&field);
        let value = if is_absent { Json::Null } else { json_of(&value, &field.kind()) };
        (field.name().to_owned(), value)
    };
    Json::Object(message.descriptor().fields().map(field).collect())
}

fn json_of(value: &Value, kind: &Kind) -> Json {
    match value {
        Value::Bool(value) => json!(value),
        Value::I32(value) => json!(value),
        Value::I64(value) => json!(value),
        Value::U32(value) => json!(value),
        Value::U64(value) => json!(value),
        Value::F32(value) => json!(value),
        Value::F64(value) => json!(value),
        Value::String(value) => json!(value),
        Value::Bytes(value) => json!(BASE64.encode(value)),
        Value::EnumNumber(number) => match kind {
            Kind::Enum(words) => json!(word(words, *number)),
            _ => json!(number),
        },
        Value::Message(message) if message.descriptor().full_name() == TIMESTAMP => {
            json!(message.transcode_to().ok().map(|time| wire::instant(&time).to_string()))
        }
        Value::Message(message) => object(message),
        Value::List(values) => values.iter().map(|value| json_of(value, kind)).collect(),
        Value::Map(entries) => {
            let kind = match kind {
                Kind::Message(entry) => entry.map_entry_value_field().kind(),
                other => other.clone(),
            };
            let entry = |(key, value): (&MapKey, &Value)| (text_of(key), json_of(value, &kind));
            let mut entries: Vec<_> = entries.iter().map(entry).collect();
            entries.sort_by(|(left, _), (right, _)| left.cmp(right));
            Json::Object(entries.into_iter().collect())
        }
    }
}

fn text_of(key: &MapKey) -> String {
    match key {
        MapKey::Bool(key) => key.to_string(),
        MapKey::I32(key) => key.to_string(),
        MapKey::I64(key) => key.to_string(),
        MapKey::U32(key) => key.to_string(),
        MapKey::U64(key) => key.to_string(),
        MapKey::String(key) => key.clone(),
    }
}

/// Returns the word of a number; none for `UNSPECIFIED` and for numbers that this program does not know.
fn word(words: &EnumDescriptor, number: i32) -> Option<String> {
    let value = words.get_value(number).filter(|_| number != 0)?;
    Some(short(value.name(), words))
}

/// `CYCLE_STATE_OPEN` of `CycleState` is `open`.
fn short(value: &str, words: &EnumDescriptor) -> String {
    let mut prefix = String::new();
    for sign in words.name().chars() {
        if sign.is_ascii_uppercase() && !prefix.is_empty() {
            prefix.push('_');
        }
        prefix.push(sign.to_ascii_uppercase());
    }
    let rest = value.strip_prefix(&prefix).and_then(|rest| rest.strip_prefix('_'));
    rest.unwrap_or(value).to_ascii_lowercase()
}

fn object_schema(message: &MessageDescriptor, generator: &mut SchemaGenerator) -> Schema {
    let mut properties = Map::new();
    for field in message.fields() {
        let mut schema = field_schema(&field, generator);
        if let Some(comment) = comment(&field.parent_file(), field.path()) {
            schema.insert("description".to_owned(), comment.into());
        }
        properties.insert(field.name().to_owned(), schema.into());
    }
    let required: Vec<&String> = properties.keys().collect();
    let mut schema =
        json_schema!({"type": "object", "required": required, "properties": properties});
    if let Some(comment) = comment(&message.parent_file(), message.path()) {
        schema.insert("description".to_owned(), comment.into());
    }
    schema
}

fn field_schema(field: &FieldDescriptor, generator: &mut SchemaGenerator) -> Schema {
    match field.kind() {
        Kind::Message(entry) if field.is_map() => {
            let values = field_schema(&entry.map_entry_value_field(), generator);
            json_schema!({"type": "object", "additionalProperties": values})
        }
        kind if field.cardinality() == Cardinality::Repeated => {
            let items = kind_schema(&kind, false, generator);
            json_schema!({"type": "array", "items": items})
        }
        kind => kind_schema(&kind, field.supports_presence(), generator),
    }
}

fn kind_schema(kind: &Kind, may_be_absent: bool, generator: &mut SchemaGenerator) -> Schema {
    let nullable = |schema: Schema| json_schema!({"anyOf": [schema, {"type": "null"}]});
    let schema = match kind {
        Kind::Message(message) if message.full_name() == TIMESTAMP => {
            json_schema!({"type": "string", "format": "date-time"})
        }
        Kind::Message(message) => reference(message, generator),
        Kind::Enum(words) => {
            let known = words.values().filter(|value| value.number() != 0);
            let known = known.map(|value| json!(short(value.name(), words)));
            // `UNSPECIFIED` is null.
            let known: Vec<Json> = known.chain([Json::Null]).collect();
            return json_schema!({"enum": known});
        }
        Kind::Bool => json_schema!({"type": "boolean"}),
        Kind::Float | Kind::Double => json_schema!({"type": "number"}),
        Kind::String => json_schema!({"type": "string"}),
        Kind::Bytes => json_schema!({"type": "string", "contentEncoding": "base64"}),
        Kind::Uint32 | Kind::Uint64 | Kind::Fixed32 | Kind::Fixed64 => {
            json_schema!({"type": "integer", "minimum": 0})
        }
        Kind::Int32
        | Kind::Int64
        | Kind::Sint32
        | Kind::Sint64
        | Kind::Sfixed32
        | Kind::Sfixed64 => json_schema!({"type": "integer"}),
    };
    if may_be_absent { nullable(schema) } else { schema }
}

/// Refers to the schema of a message, which a document has once.
fn reference(message: &MessageDescriptor, generator: &mut SchemaGenerator) -> Schema {
    let name = message.name().to_owned();
    if !generator.definitions().contains_key(&name) {
        // A message within itself finds this entry.
        generator.definitions_mut().insert(name.clone(), Json::Null);
        let schema = object_schema(message, generator);
        generator.definitions_mut().insert(name.clone(), schema.into());
    }
    json_schema!({"$ref": format!("#/$defs/{name}")})
}

/// Returns the comment of a part in the proto.
fn comment(file: &prost_reflect::FileDescriptor, path: &[i32]) -> Option<String> {
    let info = file.file_descriptor_proto().source_code_info.as_ref()?;
    let location = info.location.iter().find(|location| location.path == path)?;
    let lines = location.leading_comments().lines().map(str::trim);
    Some(lines.collect::<Vec<_>>().join(" ").trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use schemars::schema_for;
    use wire::v1 as pb;

    use super::*;

    fn edition() -> pb::Edition {
        let cell = pb::MatrixCell { states: [(1, 2), (5, 1)].into(), ..Default::default() };
        let job = pb::Job { format: pb::Format::Pdf.into(), lease: u64::MAX, ..Default::default() };
        pb::Edition {
            name: "plan/2021/1".to_owned(),
            state: pb::EditionState::Published.into(),
            jobs: vec![job],
            create_time: Some(wire::Timestamp { seconds: 1_640_995_200, nanos: 250_000_000 }),
            matrix: Some(pb::ObligationMatrix { cells: vec![cell], ..Default::default() }),
            review: pb::ReviewPolicy::FourEyes.into(),
            ..Default::default()
        }
    }

    #[test]
    fn every_field_is_printed_by_its_name() {
        let json = serde_json::to_value(Message(edition())).unwrap();
        assert_eq!(json["name"], "plan/2021/1");
        assert_eq!((&json["state"], &json["review"]), (&"published".into(), &"four_eyes".into()));
        assert_eq!(json["create_time"], "2022-01-01T00:00:00.250Z");
        assert_eq!(json["jobs"][0]["lease"], u64::MAX);
        assert_eq!(json["jobs"][0]["state"], Json::Null, "unspecified");
        assert_eq!(json["matrix"]["cells"][0]["states"], json!({"1": 2, "5": 1}));
        assert_eq!(json["publish_time"], Json::Null, "absent");
        assert_eq!((&json["artefacts"], &json["withdraw_reason"]), (&json!([]), &"".into()));
        let fields = descriptor::<pb::Edition>().fields().len();
        assert_eq!(json.as_object().unwrap().len(), fields);
    }

    #[test]
    fn what_is_printed_is_valid_by_its_schema() {
        let schema = serde_json::to_value(schema_for!(Message<pb::Edition>)).unwrap();
        let schema = jsonschema::draft202012::new(&schema).unwrap();
        let json = serde_json::to_value(Message(edition())).unwrap();
        assert!(schema.is_valid(&json), "{:?}", schema.iter_errors(&json).collect::<Vec<_>>());
        for (field, wrong) in [("state", json!("sold")), ("jobs", json!([{}])), ("name", json!(1))]
        {
            let mut spoilt = json.clone();
            spoilt[field] = wrong;
            assert!(!schema.is_valid(&spoilt), "{field}");
        }
    }
}
