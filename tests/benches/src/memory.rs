//! Memory of processes, as the kernel reports it.

use std::{fs, path::Path};

use anyhow::Context as _;

/// A process with the processes that it started.
pub(crate) fn family(pid: u32) -> Vec<u32> {
    let mut family = vec![pid];
    let mut next = 0;
    while let Some(parent) = family.get(next).copied() {
        next += 1;
        let threads = fs::read_dir(format!("/proc/{parent}/task")).into_iter().flatten().flatten();
        for thread in threads {
            let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
            family.extend(children.split_whitespace().filter_map(|pid| pid.parse::<u32>().ok()));
        }
    }
    family
}

/// A line of `/proc/<pid>/status` in megabytes: `VmRSS` is what is resident, `VmHWM` the most that ever was.
pub(crate) fn megabytes(pid: u32, line: &str) -> anyhow::Result<u64> {
    let status = fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("status"))?;
    let value = status.lines().find_map(|text| text.strip_prefix(line)?.strip_prefix(':'));
    let kilobytes = value.and_then(|text| text.split_whitespace().next()).context("a number")?;
    Ok(kilobytes.parse::<u64>()? / 1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_was_started_belongs_to_the_family() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let found = family(std::process::id());
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(found.contains(&child.id()), "{found:?}");
    }

    #[test]
    fn the_most_that_was_resident_is_no_less_than_what_is() {
        let this_process = std::process::id();
        assert!(
            megabytes(this_process, "VmRSS").unwrap() <= megabytes(this_process, "VmHWM").unwrap()
        );
        assert!(0 < megabytes(this_process, "VmHWM").unwrap());
    }
}
