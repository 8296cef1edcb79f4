//! The program.

// Questions to the database are made of many small pieces, and glibc's allocator takes twice as long for them; SQLite's
// own pieces too, by the feature `override`. Without huge pages, for ten megabytes would be half empty.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    stadtbote::cli::main()
}
