//! The `voortgang` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    voortgang::main(voortgang::Durability::Kept)
}
