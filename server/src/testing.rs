//! What the tests of this crate share.

use stadtbote_core::App;
use stadtbote_core::config::Config;
use tempfile::TempDir;

use crate::migrate;

/// Settings for a server in a folder of its own, at any free port.
pub(crate) fn config() -> (Config, TempDir) {
    let folder = TempDir::new().expect("there is room for a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let settings = [
        ("STADTBOTE__SERVER__LISTEN", "127.0.0.1:0".to_owned()),
        ("STADTBOTE__SERVER__PUBLIC_URL", "https://social.stadt.example".to_owned()),
        ("STADTBOTE__DATABASE__URL", format!("sqlite://{}", path("stadtbote.db"))),
        ("STADTBOTE__MEDIA__URL", format!("file://{}", path("media"))),
    ];
    let settings = settings.map(|(name, value)| (name.to_owned(), value));
    (Config::load(None, settings).expect("the settings are right"), folder)
}

/// An app with an empty database that is up to date.
pub(crate) async fn app() -> (App, TempDir) {
    let (config, folder) = config();
    let app = App::open(config, true).await.expect("the folder can be written to");
    migrate::apply(&app).await.expect("the database is empty");
    (app, folder)
}
