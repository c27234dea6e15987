//! The CSV files: the tables of an edition in a zip, with a description after the Frictionless Data Package standard and a
//! citation.
//!
//! Invariant: no cell begins as a formula does; such a text has an apostrophe before it, which spreadsheets take as the sign
//! of a text.

use edition::{
    View,
    data::Identity,
    tables::{Cell, ColumnKind, Table, Tables},
};
use model::Hash;
use serde_json::{Value, json};

use crate::archive::Archive;

/// Returns the zip file.
pub(crate) fn zip(tables: &Tables, view: &View, identity: &Identity) -> Vec<u8> {
    let mut archive = Archive::dated(&identity.date);
    let files = tables.tables.each_ref().map(csv);
    let described = description(tables, view, identity, &files);
    let mut description =
        serde_json::to_vec_pretty(&described).expect("texts and numbers can always be written");
    description.push(b'\n');
    archive.add("datapackage.json", &description);
    archive.add("citation.txt", format!("{}\n", tables.citation).as_bytes());
    for (table, file) in tables.tables.iter().zip(&files) {
        archive.add(&path(table), file);
    }
    archive.finish()
}

fn path(table: &Table) -> String {
    format!("{}.csv", table.name)
}

fn csv(table: &Table) -> Vec<u8> {
    let mut builder = csv::WriterBuilder::new();
    builder.terminator(csv::Terminator::CRLF);
    let mut writer = builder.from_writer(Vec::new());
    let names = table.columns.iter().map(|column| column.name.to_owned()).collect();
    let rows = table.rows.iter().map(|row| row.iter().map(written).collect());
    for row in std::iter::once(names).chain::<_>(rows) {
        let row: Vec<String> = row;
        writer.write_record(&row).expect("rows of one length can always be written to memory");
    }
    writer.into_inner().expect("memory takes all that is written")
}

fn written(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => wire::neutralised(text.clone()),
        Cell::Integer(number) => number.to_string(),
        Cell::Number(decimal) => decimal.clone(),
    }
}

fn description(tables: &Tables, view: &View, identity: &Identity, files: &[Vec<u8>; 3]) -> Value {
    let resources = tables.tables.iter().zip(files);
    json!({
        "profile": "tabular-data-package",
        "name": identity.name.replace('/', "-"),
        "id": format!("sha256:{}", identity.manifest_hash),
        "title": format!("{}: {}", view.title, view.subtitle),
        "description": tables.citation,
        "version": identity.number.to_string(),
        "created": format!("{}T00:00:00Z", identity.date),
        "resources": resources.map(|(table, file)| resource(table, file)).collect::<Vec<_>>(),
    })
}

fn resource(table: &Table, file: &[u8]) -> Value {
    let field = |column: &edition::tables::Column| {
        let kind = match column.kind {
            ColumnKind::Text => "string",
            ColumnKind::Integer => "integer",
            ColumnKind::Number => "number",
        };
        json!({ "name": column.name, "title": column.title, "type": kind })
    };
    json!({
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.title,
        "path": path(table),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.len(),
        "hash": format!("sha256:{}", Hash::of(file)),
        "schema": {
            "fields": table.columns.iter().map(field).collect::<Vec<_>>(),
            "primaryKey": table.key,
            "missingValues": [""],
        },
    })
}
