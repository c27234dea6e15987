//! Room on the disk that is kept for the start, so that the program starts on a full disk and people can read.
//!
//! A start writes little: the shared memory of the databases, the addresses, the operator's token. The file that keeps the room
//! is removed before that, and written again, as far as there is room, once the services serve.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use runtime::Dependency;
use tokio_util::sync::CancellationToken;

const NAME: &str = "reserve";
const BYTES: usize = 4 * 1024 * 1024;
const PIECE: usize = 4 * 1024;
/// Time between two looks whether the services serve.
const INTERVAL: Duration = Duration::from_millis(200);
/// How long what begins with the services may write: consumers declare their queues, and search applies what it missed.
const SETTLING: Duration = Duration::from_secs(5);

/// Gives the room to whoever starts.
pub(crate) fn release(data: &Path) {
    // Where it is not there, there is nothing to give.
    let _ = fs::remove_file(data.join(NAME));
}

/// Keeps the room again once these services serve. Ends with `stop`, as parts of a process do.
pub(crate) async fn keep(
    services: Vec<Dependency>,
    data: PathBuf,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let serving = async {
        for service in services {
            while (service.probe)().await.is_err() {
                tokio::time::sleep(INTERVAL).await;
            }
        }
        tokio::time::sleep(SETTLING).await;
    };
    stop.run_until_cancelled(serving).await;
    if let Err(error) = fill(&data.join(NAME)) {
        tracing::warn!(%error, "no room is left on the disk of the data folder for another start: make some");
    }
    stop.cancelled().await;
    Ok(())
}

/// Writes as much of the file as there is room for.
fn fill(file: &Path) -> io::Result<()> {
    let mut file = File::create(file)?;
    for _ in 0..BYTES / PIECE {
        file.write_all(&[0; PIECE])?;
    }
    Ok(())
}
