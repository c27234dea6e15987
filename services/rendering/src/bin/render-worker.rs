//! A rendering process and nothing else, for tests; the program has it as a hidden command.

use std::process::ExitCode;

fn main() -> ExitCode {
    rendering::worker_main()
}
