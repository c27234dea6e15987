//! The alternatives, each in a Python process of its own.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use anyhow::Context as _;

/// What the template has from an experimental feature of Typst, and what stands in the copy instead.
const EXPERIMENTAL: [(&str, &str); 3] = [
    ("pdf.header-cell(scope: \"row\", ", "("),
    ("pdf.table-summary(summary: overview.caption, ", "("),
    ("pdf.table-summary(summary: counts.caption, ", "("),
];

/// A Python with `typst` and `weasyprint`.
#[derive(Debug)]
pub(super) struct Alone {
    python: PathBuf,
}

/// Seconds.
#[derive(Debug)]
pub(super) struct Took {
    /// Of the whole process.
    pub(super) process: f64,
    /// Of the work, as the process itself measured it.
    pub(super) work: f64,
}

impl Alone {
    /// The Python that `VOORTGANG_BENCH_PYTHON` names; without it the alternatives are left out.
    pub(super) fn find() -> Option<Self> {
        let python = std::env::var_os("VOORTGANG_BENCH_PYTHON").map(PathBuf::from);
        if python.is_none() {
            println!("Typst and WeasyPrint are left out: VOORTGANG_BENCH_PYTHON is not set");
        }
        python.map(|python| Self { python })
    }

    /// Typst on these files.
    pub(super) fn typst(&self, files: &BTreeMap<String, Vec<u8>>) -> anyhow::Result<Took> {
        let folder = tempfile::tempdir()?;
        for (name, bytes) in files {
            fs::write(folder.path().join(name), bytes)?;
        }
        let main = folder.path().join("report.typ");
        let mut text = fs::read_to_string(&main)?;
        for (experimental, instead) in EXPERIMENTAL {
            anyhow::ensure!(text.contains(experimental), "the template has no `{experimental}`");
            text = text.replace(experimental, instead);
        }
        fs::write(&main, text)?;
        self.run("typst_alone.py", folder.path(), &folder.path().join("out.pdf"))
    }

    /// WeasyPrint on a page.
    pub(super) fn weasyprint(&self, page: &[u8]) -> anyhow::Result<Took> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("page.html");
        fs::write(&file, page)?;
        self.run("weasyprint_alone.py", &file, &folder.path().join("out.pdf"))
    }

    fn run(&self, script: &str, input: &Path, out: &Path) -> anyhow::Result<Took> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts").join(script);
        let start = Instant::now();
        let run = Command::new(&self.python).arg(script).arg(input).arg(out).output()?;
        let process = start.elapsed().as_secs_f64();
        anyhow::ensure!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        anyhow::ensure!(0 < fs::metadata(out)?.len(), "there is a file");
        let work = String::from_utf8(run.stdout)?.trim().parse().context("seconds")?;
        Ok(Took { process, work })
    }
}
