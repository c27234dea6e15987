//! The OpenAPI document, made of the table of operations and the types that they return.

use messages::Messages;
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use crate::{
    Error,
    api::{
        VERSION, call::Call, example::Example, operation::Operation, operations,
        parameter::Parameter,
    },
    details::Details,
    pages::API,
};

pub(crate) async fn get(call: Call) -> Result<Map<String, Value>, Error> {
    let catalogue = call.catalogue().await.unwrap_or_default();
    let example = Example::of(&call.portal, &catalogue).await;
    Ok(document(&call, &example))
}

fn document(call: &Call, example: &Example) -> Map<String, Value> {
    let messages = call.messages();
    let settings = SchemaSettings::draft2020_12().for_serialize().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let problem = generator.subschema_for::<Details>();
    let mut paths = Map::new();
    for operation in operations() {
        let described = described(&operation, messages, example, &mut generator);
        paths.insert(operation.path.to_owned(), json!({ "get": described }));
    }
    let document = json!({
        "openapi": "3.1.0",
        "info": info(call),
        "servers": [{"url": API}],
        "tags": [{"name": "public", "description": messages.text("portal-api-intro")}],
        "paths": paths,
        "components": {
            "schemas": with_others(generator.take_definitions(true)),
            "headers": headers(messages),
            "responses": {"Problem": {
                "description": messages.text("portal-api-problem"),
                "headers": {"API-Version": {"$ref": "#/components/headers/ApiVersion"}},
                "content": {"application/problem+json": {"schema": problem}},
            }},
        },
    });
    if let Value::Object(document) = document { document } else { Map::new() }
}

/// Values that files of a later version have are read as `other`.
fn with_others(mut schemas: Map<String, Value>) -> Map<String, Value> {
    for schema in schemas.values_mut() {
        if let Some(Value::Array(names)) = schema.get_mut("enum") {
            names.push(json!("other"));
        } else if let Some(Value::Array(choices)) = schema.get_mut("oneOf")
            && choices.iter().all(|choice| choice["type"] == "string")
        {
            choices.push(json!({"type": "string", "const": "other"}));
        }
    }
    schemas
}

fn info(call: &Call) -> Value {
    let (config, messages) = (call.portal.config(), call.messages());
    let (site, contact) = (&config.site_name, config.contact.trim());
    let mut who = json!({"name": site});
    let address = call.context.site(&call.portal);
    if !address.is_empty() {
        who["url"] = json!(format!("{address}/api"));
    }
    if contact.starts_with("https://") {
        who["url"] = json!(contact);
    } else if contact.contains('@') {
        who["email"] = json!(contact);
    }
    json!({
        "title": site,
        "version": VERSION,
        "description": messages.text("portal-api-intro"),
        "contact": who,
        "license": {"name": messages.text("portal-api-licence")},
    })
}

fn headers(messages: &'static Messages) -> Value {
    let header = |help, schema: Value, is_required: bool| json!({"description": messages.text(help), "schema": schema, "required": is_required});
    json!({
        "ApiVersion": header("portal-api-header-version", json!({"type": "string", "const": VERSION}), true),
        "ContentLanguage": header("portal-api-header-language", json!({"type": "string", "enum": ["nl", "en"]}), true),
        "ETag": header("portal-api-header-etag", json!({"type": "string"}), true),
        "Link": header("portal-api-header-link", json!({"type": "string"}), false),
    })
}

fn described(
    operation: &Operation,
    messages: &'static Messages,
    example: &Example,
    generator: &mut SchemaGenerator,
) -> Value {
    let path = operation.names().map(|name| in_path(name, messages, example));
    let query = operation.parameters.iter().map(|parameter| in_query(parameter, messages));
    json!({
        "operationId": operation.id,
        "tags": ["public"],
        "summary": messages.text(operation.help),
        "parameters": path.chain(query).collect::<Vec<_>>(),
        "responses": responses(operation, messages, generator),
    })
}

/// Id of the message that says what a name in a path stands for.
pub(crate) fn name_help(name: &str) -> &'static str {
    match name {
        "framework" => "portal-api-name-framework",
        "period" => "portal-api-name-period",
        "number" => "portal-api-name-number",
        "organisation" => "portal-api-name-organisation",
        "contribution" => "portal-api-name-contribution",
        _ => "portal-api-name-indicator",
    }
}

fn in_path(name: &str, messages: &'static Messages, example: &Example) -> Value {
    let mut parameter = json!({
        "name": name, "in": "path", "required": true,
        "description": messages.text(name_help(name)),
        "schema": {"type": "string", "minLength": 1},
    });
    if let Some(value) = example.value(name) {
        parameter["example"] = json!(value);
    }
    parameter
}

fn in_query(parameter: &Parameter, messages: &'static Messages) -> Value {
    json!({
        "name": parameter.name, "in": "query",
        "description": messages.text(parameter.help),
        "schema": parameter.schema(),
    })
}

fn responses(
    operation: &Operation,
    messages: &'static Messages,
    generator: &mut SchemaGenerator,
) -> Value {
    let reference = |name: &str| json!({"$ref": format!("#/components/headers/{name}")});
    let mut headers = json!({
        "API-Version": reference("ApiVersion"),
        "Content-Language": reference("ContentLanguage"),
        "ETag": reference("ETag"),
    });
    let not_modified = json!({
        "description": messages.text("portal-api-not-modified"), "headers": headers.clone(),
    });
    if operation.parameters.iter().any(|parameter| parameter.name == "pageToken") {
        headers["Link"] = reference("Link");
    }
    let problem = json!({"$ref": "#/components/responses/Problem"});
    let mut responses = json!({
        "200": {
            "description": messages.text(operation.help), "headers": headers,
            "content": {"application/json": {"schema": (operation.schema)(generator)}},
        },
        "304": not_modified,
        "400": problem,
        "503": problem,
        "default": problem,
    });
    if operation.path.contains('{') {
        responses["404"] = problem.clone();
    }
    if operation.path.contains("{number}") {
        responses["410"] = problem;
    }
    responses
}
