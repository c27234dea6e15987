//! The check of PDFs against their profiles is itself held against files with planted faults.

use std::{fmt::Write as _, path::Path, process::Command};

/// A file with one content stream: `data`, after a dictionary that says `length`.
fn file(data: &[u8], length: usize) -> Vec<u8> {
    let start = format!("<< /Length {length} >>\nstream\n");
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Odd (endobj \\) (stream)) >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>".to_vec(),
        [start.as_bytes(), data, b"\nendstream"].concat(),
    ];
    let mut file = b"%PDF-1.7\n%\x80\x80\x80\x80\n".to_vec();
    let mut table = "xref\n0 5\n0000000000 65535 f \n".to_owned();
    for (number, object) in (1..).zip(objects) {
        let _ = writeln!(table, "{:010} 00000 n ", file.len());
        file.extend([format!("{number} 0 obj\n").as_bytes(), &object, b"\nendobj\n"].concat());
    }
    let start = file.len();
    let _ = writeln!(table, "trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF");
    file.extend(table.into_bytes());
    file
}

/// The rules of PDF/A-2a that the file breaks, as `program` of the script sees them.
fn broken(python: &Path, program: &str, file: &[u8]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.pdf");
    std::fs::write(&path, file).expect("the file is written");
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
    let mut command = Command::new(python);
    let run = command.env("PYTHONPATH", scripts).args(["-c", program]).arg(&path).output();
    let run = run.expect("python runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8_lossy(&run.stdout).lines().map(str::to_owned).collect()
}

/// What page-validation alone reports.
const ALONE: &str = "import page, sys\nfor failure in page.validate_pdf(sys.argv[1], profile='2a').failures: print(failure)";
/// What is left of it.
const CHECKED: &str = "import pathlib, pdf_profiles, sys\nfor failure in pdf_profiles.broken(pathlib.Path(sys.argv[1]), '2a'): print(failure)";

#[test]
fn a_wrong_length_is_found_and_data_that_end_in_a_carriage_return_are_no_fault() {
    let Some(python) = testkit::python("page") else { return };
    let reports_length = |program: &str, file: &[u8]| {
        let found = broken(&python, program, file);
        let others = found.iter().filter(|rule| !rule.contains("STREAM-LENGTH")).count();
        (others < found.len(), others)
    };
    let (without, others) = reports_length(CHECKED, &file(b"q Q ", 4));
    assert!(!without && 0 < others, "a right length is right; {others} others");

    let carriage_return = file(b"q Q\r", 4);
    assert_eq!(reports_length(ALONE, &carriage_return), (true, others), "else drop the exception");
    assert_eq!(reports_length(CHECKED, &carriage_return), (false, others));

    for (data, length) in [(b"q Q ", 3), (b"q Q ", 5), (b"q Q\r", 2), (b"q Q\r", 5), (b"q Q\r", 44)]
    {
        assert_eq!(reports_length(CHECKED, &file(data, length)), (true, others), "{length}");
    }
}
