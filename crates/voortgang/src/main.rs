//! The `voortgang` command.

use std::process::ExitCode;

/// Gives memory back to the system after a burst of large messages.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    voortgang::main(voortgang::Durability::Kept)
}
