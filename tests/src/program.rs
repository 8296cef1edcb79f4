//! The real program in a process of its own, to be asked, stopped and killed.

mod trouble;

use crate::authority::Authority;
use crate::database::Database;
use crate::network::Network;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The host of the public address that every test world has.
pub const HOST: &str = "social.stadt.example";

/// How long the program may take to open its port or to end; ten times what is expected.
const PATIENCE: Duration = Duration::from_secs(60);

/// Stadtbote as a city runs it.
pub struct Program {
    folder: TempDir,
    address: SocketAddr,
    settings: BTreeMap<String, String>,
    /// What the system allows the programs that are started, as arguments of `prlimit`.
    limits: Vec<String>,
    /// Where standard error goes, if not to the log.
    error_to: Option<PathBuf>,
    child: Option<Child>,
    _database: Option<Database>,
}

impl Program {
    /// Lays out a folder, a database and settings, and starts nothing yet.
    pub fn new() -> Program {
        Program::of(HOST, Database::new)
    }

    /// The same for another city than the usual one, known as `host`, on the database that `make` makes.
    pub fn of(host: &str, make: impl FnOnce(&Path) -> Database) -> Program {
        let folder = temporary_folder();
        let database = make(folder.path());
        let authority = folder.path().join("authority.pem");
        Authority::of_this_run().write_to(&authority).expect("the folder can be written to");

        let address = free_address("127.0.0.1");
        let media = format!("file://{}", folder.path().join("media").display());
        let mut program = Program::with(folder, address, BTreeMap::new());
        program.set("server.listen", &address.to_string());
        program.set("server.public_url", &format!("https://{host}"));
        program.set("database.url", database.url());
        program.set("media.url", &media);
        program.set("federation.trusted_ca_file", &authority.display().to_string());
        program.set("federation.allowed_private_networks", r#"["127.0.0.0/8"]"#);
        program.set("limits.requests", "false");
        program._database = Some(database);
        program
    }

    /// A second program on the same database and media, with an address of its own; it must end before this one.
    pub fn beside(&self) -> Program {
        let (folder, address) = (temporary_folder(), free_address("127.0.0.1"));
        let mut program = Program::with(folder, address, self.settings.clone());
        program.set("server.listen", &address.to_string());
        program
    }

    fn with(folder: TempDir, address: SocketAddr, settings: BTreeMap<String, String>) -> Program {
        let (limits, error_to) = (Vec::new(), None);
        Program { folder, address, settings, limits, error_to, child: None, _database: None }
    }

    /// What `database.url` is set to.
    pub fn database_url(&self) -> &str {
        &self.settings["STADTBOTE__DATABASE__URL"]
    }

    /// Whether the database is a SQLite file.
    pub fn is_on_sqlite(&self) -> bool {
        self.database_url().starts_with("sqlite:")
    }

    /// Starts with settings of its own, and with a network to speak to.
    pub async fn start(network: &Network) -> Program {
        let mut program = Program::new();
        program.set("federation.resolve", &network.resolve_setting().to_string());
        network.trusts(HOST, program.address());
        program.serve().await;
        program
    }

    /// Sets a setting, by its path with points, for everything that is started from now on.
    pub fn set(&mut self, path: &str, value: &str) {
        let name = format!("STADTBOTE__{}", path.replace('.', "__").to_uppercase());
        self.settings.insert(name, value.to_owned());
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A file or folder in the program's own folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The process id of the running server.
    pub fn id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Starts the server and waits until it answers; gives the time that took.
    pub async fn serve(&mut self) -> Duration {
        self.launch("all");
        self.wait_until_healthy().await
    }

    /// Starts the server with this role, and waits for nothing.
    pub fn launch(&mut self, role: &str) {
        let log = self.error_to.clone().unwrap_or_else(|| self.log_path());
        let log = File::options().create(true).append(true).open(log).expect("the log can be written");
        let mut command = self.command(&["serve", "--role", role]);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn();
        self.child = Some(child.expect("the program is built: cargo build --workspace --bins"));
    }

    /// Waits until the server answers; gives the time that took.
    pub async fn wait_until_healthy(&mut self) -> Duration {
        let begin = Instant::now();
        while !self.is_healthy().await {
            if let Some(status) = self.child.as_mut().and_then(|child| child.try_wait().ok().flatten()) {
                panic!("the program ended with {status} instead of serving:\n{}", self.log());
            }
            assert!(begin.elapsed() < PATIENCE, "the program does not open its port:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        begin.elapsed()
    }

    async fn is_healthy(&self) -> bool {
        let answer = reqwest::Client::default().get(format!("http://{}/health", self.address)).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    /// Everything that the server has written to standard error.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    /// Where the server's standard error goes.
    pub fn log_path(&self) -> PathBuf {
        self.path("stadtbote.log")
    }

    /// Waits until the log holds a line with `text`, and gives that line.
    pub async fn wait_for_line(&self, text: &str) -> String {
        let begin = Instant::now();
        loop {
            if let Some(line) = self.log().lines().find(|line| line.contains(text)) {
                return line.to_owned();
            }
            assert!(begin.elapsed() < PATIENCE, "no line says {text:?}:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Runs a command beside the server, with this on its standard input.
    pub fn run(&self, arguments: &[&str], input: &str) -> Output {
        let child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = child.expect("the program is built: cargo build --workspace --bins");
        let written = child.stdin.take().expect("it was asked for").write_all(input.as_bytes());
        if let Err(error) = written {
            assert_eq!(error.kind(), std::io::ErrorKind::BrokenPipe, "{error}");
        }
        child.wait_with_output().expect("the command can be waited for")
    }

    /// Runs a command that must succeed, and gives what it printed.
    pub fn order(&self, arguments: &[&str], input: &str) -> String {
        let output = self.run(arguments, input);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "stadtbote {} failed:\n{out}{err}", arguments.join(" "));
        out.trim_end().to_owned()
    }

    /// Kills the server as a power cut would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("the child is ours");
            child.wait().expect("the child is ours");
        }
    }

    /// Asks the server to end, and waits until it has; gives its status and the time that took.
    pub async fn stop(&mut self) -> (ExitStatus, Duration) {
        let mut child = self.child.take().expect("the server runs");
        let begin = Instant::now();
        let asked = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
        assert!(asked.is_ok_and(|status| status.success()), "the signal cannot be sent");

        loop {
            if let Some(status) = child.try_wait().expect("the child is ours") {
                return (status, begin.elapsed());
            }
            if begin.elapsed() > PATIENCE {
                let _ = child.kill();
                panic!("the program does not end:\n{}", self.log());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Nothing of the caller's environment reaches the program but the place of other programs.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = match self.limits.as_slice() {
            [] => Command::new(binary()),
            limits => {
                let mut command = Command::new("prlimit");
                command.args(limits).arg(binary());
                command
            }
        };
        command.args(arguments).env_clear().envs(&self.settings).current_dir(self.folder.path());
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command.env("RUST_BACKTRACE", "1");
        command
    }

    /// The settings, as variables of the environment.
    pub fn settings(&self) -> Vec<(String, String)> {
        self.settings.iter().map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}

impl Default for Program {
    fn default() -> Self {
        Program::new()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("The server's log:\n{}", self.log());
        }
        self.kill();
    }
}

fn temporary_folder() -> TempDir {
    TempDir::with_prefix("stadtbote-").expect("there is room for a temporary folder")
}

/// An address on which nothing listens now.
pub fn free_address(ip: &str) -> SocketAddr {
    let listener = TcpListener::bind((ip, 0)).expect("loopback has free ports");
    listener.local_addr().expect("it listens")
}

/// The program as this workspace builds it, beside the binary that runs now.
pub fn binary() -> PathBuf {
    let own = std::env::current_exe().expect("this program has a place");
    let beside = own.ancestors().skip(1).map(|folder| folder.join("stadtbote"));
    let found = beside.take(2).find(|path| is_file(path));
    found.expect("the program is built: cargo build --workspace --bins")
}

fn is_file(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.is_file())
}
