//! A server of one's own, to be taken away and brought back: PostgreSQL or RabbitMQ by its script in `deploy/local`.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::split::script;

/// A running server, by the name of its script. Stopped when dropped.
#[derive(Debug)]
pub struct Backing {
    name: &'static str,
    folder: PathBuf,
    /// Its address.
    pub address: String,
}

impl Backing {
    /// Starts `postgres` or `rabbitmq` in a folder.
    pub fn start(name: &'static str, folder: &Path) -> Self {
        let started =
            Command::new(script(name)).arg("start").arg(folder).output().expect("it runs");
        assert!(started.status.success(), "{name}: {}", String::from_utf8_lossy(&started.stderr));
        let address = String::from_utf8(started.stdout).expect("an address is text");
        Self { name, folder: folder.to_owned(), address: address.trim().to_owned() }
    }

    /// Takes it away, as a loss of power does.
    pub fn kill(&self) {
        self.does("kill");
    }

    /// Brings it back.
    pub fn restart(&self) {
        self.does("restart");
    }

    fn does(&self, verb: &str) {
        let status = Command::new(script(self.name)).arg(verb).arg(&self.folder).status();
        assert!(status.expect("it runs").success(), "{verb} {}", self.name);
    }
}

impl Drop for Backing {
    fn drop(&mut self) {
        let _ = Command::new(script(self.name)).arg("stop").arg(&self.folder).status();
    }
}
