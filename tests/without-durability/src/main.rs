//! The `voortgang` command without outbox and publisher confirms, for the controls of the fault tests.
//!
//! It is a program of its own, so that the one that is shipped has no switch that could lose data.

use std::process::ExitCode;

fn main() -> ExitCode {
    voortgang::main(voortgang::Durability::BrokenForFaultTests)
}
