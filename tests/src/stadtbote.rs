//! A city with its people, and the pretended fediverse around it: where most tests begin.

use crate::client::Client;
use crate::network::Network;
use crate::person::{Door, Person};
use crate::program::{HOST, Program};
use crate::visitor::Visitor;
use serde_json::Value;
use stadtbote_core::App;
use stadtbote_core::domain::ids::{CaseId, MeasureId, PostId};
use stadtbote_core::domain::job::Job;
use stadtbote_core::store::{deliveries, jobs};
use std::collections::HashMap;
use std::future::Future;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tokio::sync::OnceCell;

/// The password of everybody in the cast.
pub const PASSWORD: &str = "correct horse battery staple";

/// How long something may take that is expected within a few seconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running city.
///
/// The cast is made when it is asked for: each member of staff has one account of the same name, whose owner they are.
pub struct Stadtbote {
    program: Program,
    network: Network,
    cast: Mutex<HashMap<String, Client>>,
    app: OnceCell<App>,
}

impl Stadtbote {
    /// Starts the program with nobody in it, and the network.
    pub async fn start() -> Stadtbote {
        Stadtbote::start_with(&[]).await
    }

    /// Starts with some settings changed.
    pub async fn start_with(settings: &[(&str, &str)]) -> Stadtbote {
        let network = Network::start().await;
        let mut program = Program::new();
        program.set("federation.resolve", &network.resolve_setting().to_string());
        for (path, value) in settings {
            program.set(path, value);
        }
        network.trusts(HOST, program.address());
        program.serve().await;
        Stadtbote { program, network, cast: Mutex::default(), app: OnceCell::new() }
    }

    /// Alice, who writes for the city.
    pub fn alice(&self) -> Client {
        self.member("alice", &[])
    }

    /// Bob, who writes for another office.
    pub fn bob(&self) -> Client {
        self.member("bob", &[])
    }

    /// The moderator.
    pub fn moderator(&self) -> Client {
        self.member("mod", &["--moderator"])
    }

    /// Somebody without a token.
    pub fn stranger(&self) -> Client {
        Client::new(self.program.address(), HOST, None)
    }

    /// A remote person who never met the city.
    pub fn rita(&self) -> Person {
        self.network.person("rita@far.example")
    }

    /// A remote person who follows a local account.
    pub async fn follower(&self, handle: &str, name: &str) -> Person {
        let person = self.network.person(handle);
        self.wait_for_keys(name).await;
        let follow = person.follow(&self.actor(name));
        let id = follow["id"].clone();
        let status = person.send(&self.door(), &format!("/users/{name}/inbox"), &follow).await;
        assert!(status.is_success(), "the Follow of {handle} was answered {status}");
        let accepts = |activity: Value| {
            activity["type"] == "Accept" && (activity["object"]["id"] == id || activity["object"] == id)
        };
        self.network.wait_for(1, |arrival| accepts(arrival.activity())).await;
        person
    }

    /// Waits until the actor of an account can be read, as everybody must who wants to write to it.
    pub async fn wait_for_keys(&self, name: &str) {
        let (path, accept) = (format!("/users/{name}"), [("accept", "application/activity+json")]);
        eventually("the actor has its keys", async || {
            let answer = self.stranger().get_with(&path, &accept).await;
            answer.status.is_success().then_some(())
        })
        .await;
    }

    /// Somebody with a browser.
    pub fn visitor(&self) -> Visitor {
        Visitor::new(self.program.address(), HOST)
    }

    /// The pretended fediverse.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The program.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The program, to be stopped and started.
    pub fn program_mut(&mut self) -> &mut Program {
        &mut self.program
    }

    /// Lets the city live on in another program, which is not started yet; gives the former one, which must have ended.
    /// The people keep their tokens.
    pub fn move_into(&mut self, mut program: Program) -> Program {
        program.set("federation.resolve", &self.network.resolve_setting().to_string());
        self.network.trusts(HOST, program.address());
        for client in self.cast.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner).values_mut() {
            *client = Client::new(program.address(), HOST, Some(client.token().to_owned()));
        }
        self.app = OnceCell::new();
        std::mem::replace(&mut self.program, program)
    }

    /// Where remote servers post to.
    pub fn door(&self) -> Door {
        Door { address: self.program.address(), host: HOST.to_owned() }
    }

    /// The address of a local actor.
    pub fn actor(&self, name: &str) -> String {
        format!("https://{HOST}/users/{name}")
    }

    /// What is queued and not done: jobs by their kind, deliveries by their host. What waits for a time of its own, such as
    /// the clean-up for its next hour, is left out.
    pub async fn waiting(&self) -> Vec<String> {
        let db = self.app().await.db();
        let jobs = jobs::list_all(db).await.expect("the jobs can be read");
        let timed = [
            Job::CleanUp.kind(),
            Job::LookUpHosts.kind(),
            Job::RollUpReach.kind(),
            Job::ClosePoll { post: PostId(0) }.kind(),
            Job::RemindOfCase { case: CaseId(0) }.kind(),
            Job::EndMeasure { measure: MeasureId(0) }.kind(),
        ];
        let jobs = jobs.into_iter().filter(|job| !timed.contains(&job.kind.as_str()));
        let deliveries = deliveries::list_all(db).await.expect("the deliveries can be read");
        let open = deliveries
            .into_iter()
            .filter(|one| [deliveries::WAITING, deliveries::LEASED].contains(&one.state.as_str()));
        let jobs = jobs.map(|job| format!("{}: {}", job.kind, job.last_error.unwrap_or_default()));
        jobs.chain(
            open.map(|one| format!("delivery to {}: {}", one.host, one.last_answer.unwrap_or_default())),
        )
        .collect()
    }

    /// Waits until nothing is left to do, as a test should end.
    pub async fn rest(&self) {
        let begin = Instant::now();
        loop {
            let waiting = self.waiting().await;
            if waiting.is_empty() {
                return;
            }
            assert!(begin.elapsed() < PATIENCE, "still not done: {waiting:#?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The database as the program sees it: for looking, and for what is laid down before a test begins.
    pub async fn app(&self) -> &App {
        self.app
            .get_or_init(|| async {
                let config = stadtbote_core::config::Config::load(None, self.program.settings());
                let config = config.expect("the settings are those of the running program");
                App::open(config, false).await.expect("the database is there")
            })
            .await
    }

    /// A person of staff with a role in the account `account`, which must be there, and a token with `scopes`.
    pub fn colleague(&self, account: &str, role: &str, scopes: &str) -> Client {
        let email = format!("{role}.of.{account}@stadt.example");
        let order = |arguments: &[&str]| self.program.order(arguments, PASSWORD);
        // If the person is there already, this one fails, and the token is a further one.
        self.program.run(&["staff", "create", &email, "--password-stdin"], PASSWORD);
        order(&["staff", "grant", &email, "--account", account, "--role", role]);
        self.client_of(&email, account, scopes)
    }

    fn member(&self, name: &str, rights: &[&str]) -> Client {
        let mut cast = self.cast.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        cast.entry(name.to_owned())
            .or_insert_with(|| {
                let (email, shown) = (format!("{name}@stadt.example"), format!("Office of {name}"));
                let order = |arguments: &[&str]| self.program.order(arguments, PASSWORD);
                order(&["account", "create", name, "--display-name", &shown]);
                order(&[&["staff", "create", email.as_str(), "--password-stdin"], rights].concat());
                order(&["staff", "grant", &email, "--account", name, "--role", "owner"]);
                self.client_of(&email, name, "read write follow push")
            })
            .clone()
    }

    fn client_of(&self, email: &str, account: &str, scopes: &str) -> Client {
        let arguments = ["token", "create", "--staff", email, "--account", account, "--scopes", scopes];
        let token = self.program.order(&arguments, "");
        Client::new(self.program.address(), HOST, Some(token))
    }
}

/// Asks again and again until there is an answer; panics with `what` if none comes.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, ask: impl Fn() -> F) -> T {
    eventually_within(PATIENCE, what, ask).await
}

/// The same for what takes longer.
pub async fn eventually_within<T, F: Future<Output = Option<T>>>(
    patience: Duration,
    what: &str,
    ask: impl Fn() -> F,
) -> T {
    let begin = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(begin.elapsed() < patience, "not within {} s: {what}", patience.as_secs());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
