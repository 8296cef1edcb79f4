//! The program.

fn main() -> std::process::ExitCode {
    stadtbote::cli::main()
}
