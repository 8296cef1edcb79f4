//! What is known of other servers.

use crate::outages::Calendar;
use chrono::TimeDelta;
use stadtbote_core::actions::hosts as host_actions;
use stadtbote_core::store::hosts;
use stadtbote_tests::network::Mode;
use stadtbote_tests::stadtbote::eventually;

/// The real program, its clock set forward by an hour.
#[tokio::test]
async fn servers_are_asked_once_which_software_they_run() {
    let mut calendar = Calendar::start().await;
    let stadtbote = &calendar.stadtbote;
    stadtbote.alice();
    for handle in ["rita@far.example", "tom@far.example", "uma@silent.example"] {
        stadtbote.follower(handle, "alice").await;
    }
    stadtbote.network().answers_looks("silent.example", Mode::Status(404));
    let app = stadtbote.app().await.clone();
    let due = async || {
        let mut due = host_actions::list_to_look_up(&app).await.expect("the database answers");
        due.sort();
        due
    };
    assert_eq!(due().await, ["far.example", "silent.example"]);

    calendar.go_to(calendar.now() + TimeDelta::minutes(61)).await;
    eventually("all were asked", async || due().await.is_empty().then_some(())).await;

    let find = async |name| {
        hosts::find(app.db(), name).await.expect("the database answers").expect("the host is known")
    };
    let far = find("far.example").await;
    assert_eq!(
        (far.software.as_deref(), far.software_version.as_deref()),
        (Some("pretended"), Some("1.0.0"))
    );
    assert_eq!(find("silent.example").await.software, None);
}
