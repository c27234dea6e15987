//! What the end-to-end tests share: the program as a process, its command line, the real report.
//!
//! Owns no knowledge of the inside: everything goes through the command, the ports and the files.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

mod backing;
mod blocked;
mod collector;
pub mod load;
mod process;
mod shared;
pub mod sockets;
mod split;

pub use crate::{
    backing::Backing,
    blocked::block,
    collector::{Collector, Span},
    process::{
        Answer, AsOperator, Server, as_operator, free_port, get, program,
        program_without_durability, token, voortgang,
    },
    shared::shared,
    split::Split,
};
