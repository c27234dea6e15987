//! A table of hits as a spreadsheet (Office Open XML).
//!
//! Invariant: every cell is text, so that none is a formula, and the same hits are the same bytes.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

/// Widths of the columns, in characters.
const WIDTH: f64 = 20.0;

/// Rows go to a temporary file as they come.
pub(super) struct Sheet {
    workbook: Workbook,
    /// The row that is written next.
    row: u32,
}

impl Sheet {
    /// A sheet with these names of columns.
    pub(super) fn new(columns: &[&str]) -> Result<Self, XlsxError> {
        let mut workbook = Workbook::new();
        // A file says when it was made; this one is the same whenever it is.
        let epoch = ExcelDateTime::from_ymd(1980, 1, 1)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&epoch));
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_freeze_panes(1, 0)?;
        let bold = Format::new().set_bold();
        for (column, name) in (0..).zip(columns) {
            sheet.set_column_width(column, WIDTH)?;
            sheet.write_string_with_format(0, column, *name, &bold)?;
        }
        Ok(Self { workbook, row: 1 })
    }

    /// Adds rows.
    pub(super) fn add<const N: usize>(
        &mut self,
        rows: impl Iterator<Item = [String; N]>,
    ) -> Result<(), XlsxError> {
        let sheet: &mut Worksheet = self.workbook.worksheet_from_index(0)?;
        for cells in rows {
            for (column, cell) in (0..).zip(cells) {
                sheet.write_string(self.row, column, cell)?;
            }
            self.row += 1;
        }
        Ok(())
    }

    /// The file.
    pub(super) fn into_bytes(mut self) -> Result<Vec<u8>, XlsxError> {
        self.workbook.save_to_buffer()
    }
}
