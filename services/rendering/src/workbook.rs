//! The XLSX file: a sheet for each table of an edition, and one with the citation.
//!
//! Invariant: a text is a text, whatever it begins with, and a number a number; nothing in it is a formula or a link.

use edition::{
    View,
    data::Identity,
    tables::{Cell, Column, ColumnKind, Table, Tables},
};
use jiff::civil::Date;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError,
};

use crate::Error;

/// Widths of columns, in digits: of numbers, of texts, and of those that run over lines.
const NUMBER: u16 = 12;
const TEXT: u16 = 24;
const LONG_TEXT: u16 = 80;
/// Longest text of a cell that is not long.
const LONG: usize = 60;

/// Returns the workbook.
pub(crate) fn workbook(
    tables: &Tables,
    view: &View,
    identity: &Identity,
) -> Result<Vec<u8>, Error> {
    written(tables, view, identity).map_err(|error| {
        // Rows and columns beyond what a sheet takes are all that can be wrong.
        Error::Content(format!("the tables do not fit a workbook: {error}"))
    })
}

fn written(tables: &Tables, view: &View, identity: &Identity) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(
        &DocProperties::new()
            .set_title(format!("{}: {}", view.title, view.subtitle))
            .set_creation_datetime(&midnight(&identity.date)?),
    );
    for table in &tables.tables {
        sheet(workbook.add_worksheet(), table)?;
    }
    let citation = workbook.add_worksheet();
    citation.set_name(sheet_name(&tables.citation_title))?;
    citation.set_column_width(0, LONG_TEXT)?;
    citation.write_string_with_format(0, 0, &tables.citation_title, &head())?;
    citation.write_string_with_format(1, 0, &tables.citation, &text())?;
    citation.set_freeze_panes(1, 0)?;
    workbook.save_to_buffer()
}

/// The day at its beginning, as workbooks write it: from 1900 on. Others get the first of these days.
fn midnight(date: &str) -> Result<ExcelDateTime, XlsxError> {
    let date: Option<Date> = date.parse().ok();
    let date = date.map(|date| {
        let [month, day] = [date.month(), date.day()].map(i8::unsigned_abs);
        ExcelDateTime::from_ymd(date.year().unsigned_abs(), month, day)
    });
    date.and_then(Result::ok).map_or_else(|| ExcelDateTime::from_ymd(1900, 1, 1), Ok)
}

fn head() -> Format {
    Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top)
}

fn text() -> Format {
    Format::new().set_text_wrap().set_align(FormatAlign::Top)
}

/// Names of sheets have 31 characters at most, and none of these signs.
fn sheet_name(title: &str) -> String {
    title.replace(['[', ']', ':', '*', '?', '/', '\\', '\''], " ").chars().take(31).collect()
}

fn sheet(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    let (head, text) = (head(), text());
    sheet.set_name(sheet_name(&table.title))?;
    for (place, column) in (0..).zip(&table.columns) {
        sheet.set_column_width(place, width(table, usize::from(place), column))?;
        sheet.write_string_with_format(0, place, &column.title, &head)?;
    }
    for (line, row) in (1..).zip(&table.rows) {
        for (place, cell) in (0..).zip(row) {
            match (cell.exact_number(), cell) {
                (Some(number), _) => {
                    sheet.write_number_with_format(line, place, number, &text)?;
                }
                (None, Cell::Text(shown) | Cell::Number(shown)) => {
                    sheet.write_string_with_format(line, place, shown, &text)?;
                }
                (None, Cell::Integer(number)) => {
                    sheet.write_string_with_format(line, place, number.to_string(), &text)?;
                }
            }
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    let last = u16::try_from(table.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    let rows = u32::try_from(table.rows.len()).unwrap_or(u32::MAX);
    sheet.autofilter(0, 0, rows, last)?;
    Ok(())
}

fn width(table: &Table, place: usize, column: &Column) -> u16 {
    if column.kind != ColumnKind::Text {
        return NUMBER;
    }
    let is_long = |row: &Vec<Cell>| match &row[place] {
        Cell::Text(text) => text.contains(' ') && text.len() > LONG,
        Cell::Integer(_) | Cell::Number(_) => false,
    };
    if table.rows.iter().any(is_long) { LONG_TEXT } else { TEXT }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_has_a_name_that_a_workbook_takes() {
        assert_eq!(sheet_name("a/b: 'c'"), "a b   c ");
        assert_eq!(sheet_name(&"é".repeat(40)).chars().count(), 31);
    }
}
