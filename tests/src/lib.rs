//! What the end-to-end tests share: the program as a process, its command line, the real report.
//!
//! Owns no knowledge of the inside: everything goes through the command, the ports and the files.

mod process;
mod shared;

pub use crate::{
    process::{Answer, Server, program, voortgang},
    shared::shared,
};
