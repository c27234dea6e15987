//! Zip files that are the same for the same content: members in the order given, all of one date.

use std::io::{Cursor, Write};

use jiff::civil::Date;
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

/// A zip file in the making.
pub(crate) struct Archive {
    writer: ZipWriter<Cursor<Vec<u8>>>,
    time: DateTime,
}

/// Memory takes all that is written, and no member is larger than a frame may be.
const CANNOT_FAIL: &str = "a member can always be written to memory";

impl Archive {
    /// One whose members bear this date, written as in an edition.
    pub(crate) fn dated(date: &str) -> Self {
        Self { writer: ZipWriter::new(Cursor::new(Vec::new())), time: midnight(date) }
    }

    /// Adds a member.
    pub(crate) fn add(&mut self, name: &str, bytes: &[u8]) {
        self.write(name, bytes, CompressionMethod::Deflated);
    }

    /// Adds a member as it is, which formats ask of the first one, that names them.
    pub(crate) fn add_stored(&mut self, name: &str, bytes: &[u8]) {
        self.write(name, bytes, CompressionMethod::Stored);
    }

    fn write(&mut self, name: &str, bytes: &[u8], method: CompressionMethod) {
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(self.time)
            .unix_permissions(0o644);
        self.writer.start_file(name, options).expect(CANNOT_FAIL);
        self.writer.write_all(bytes).expect(CANNOT_FAIL);
    }

    /// The file.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.writer.finish().expect(CANNOT_FAIL).into_inner()
    }
}

/// The day as zip files write it: from 1980 to 2107. Others get the first of these days.
fn midnight(date: &str) -> DateTime {
    let date: Option<Date> = date.parse().ok();
    let time = date.and_then(|date| {
        let [month, day] = [date.month(), date.day()].map(i8::unsigned_abs);
        DateTime::from_date_and_time(date.year().unsigned_abs(), month, day, 0, 0, 0).ok()
    });
    time.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(date: &str) -> Vec<u8> {
        let mut archive = Archive::dated(date);
        archive.add_stored("mimetype", b"a");
        archive.add("b", b"bbbbbbbbbbbbbbbbbbbb");
        archive.finish()
    }

    #[test]
    fn the_same_members_of_the_same_day_are_the_same_bytes() {
        assert_eq!(archive("2022-11-09"), archive("2022-11-09"));
        assert_ne!(archive("2022-11-09"), archive("2022-11-10"));
        assert_eq!(archive("1970-01-01"), archive("no date"));
        assert_eq!(&archive("2022-11-09")[30..39], b"mimetypea");
    }
}
