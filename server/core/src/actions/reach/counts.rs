//! Saves what was counted when it happened.

use std::collections::{BTreeMap, HashMap};

use super::roll_up::{Sums, rows_of, sums_of_posts};
use crate::counted::Seen;
use crate::domain::ids::{AccountId, PostId};
use crate::domain::period::Period;
use crate::domain::reach::Measure;
use crate::store::{accounts, campaign_links, posts, reach_days, reach_months};
use crate::{App, Error};

/// Processor time that is worth a line in the database, in milliseconds.
const LEAST_CPU: i64 = 5000;
/// Most ids asked for at once.
const AT_ONCE: usize = 500;

/// Adds what was counted since the last time to the sums of today.
///
/// # Errors
/// The database can't be written to; then it stays counted.
pub async fn save_counts(app: &App) -> Result<(), Error> {
    let seen = app.counted.take();
    let saved = save(app, &seen).await;
    if saved.is_err() {
        app.counted.give_back(seen);
    }
    saved
}

async fn save(app: &App, seen: &HashMap<Seen, i64>) -> Result<(), Error> {
    let readers = app.counted.take_readers();
    let cpu = app.counted.unsaved_cpu();
    // A server at rest writes nothing because of this.
    if seen.is_empty() && readers.is_empty() && cpu < LEAST_CPU {
        return Ok(());
    }
    let names = seen.keys().filter_map(|seen| match seen {
        Seen::Profile(name) => Some(name),
        _ => None,
    });
    let mut ours: HashMap<String, AccountId> = HashMap::new();
    for name in names.chain(readers.keys().map(|(name, _)| name)) {
        if !ours.contains_key(name)
            && let Some(account) = accounts::find_ours(app.db(), name).await?
        {
            ours.insert(name.clone(), account.id);
        }
    }
    let mut sums = of_posts(app, seen).await?;
    for (code, link) in links(app, seen).await? {
        let clicks = seen.get(&Seen::Link(code.clone())).copied().unwrap_or_default();
        for (kind, subject) in [(reach_days::ACCOUNT, String::new()), (reach_days::LINK, code)] {
            *sums.entry((link, kind, subject, Measure::Clicks)).or_default() += clicks;
        }
    }
    for (name, account) in &ours {
        let views = seen.get(&Seen::Profile(name.clone())).copied().unwrap_or_default();
        if views > 0 {
            *sums.entry((*account, reach_days::ACCOUNT, String::new(), Measure::Views)).or_default() += views;
        }
    }
    let mut most: BTreeMap<AccountId, i64> = BTreeMap::new();
    for ((name, _), count) in &readers {
        if let Some(account) = ours.get(name) {
            *most.entry(*account).or_default() += count;
        }
    }
    let of_feeds: Sums = most
        .into_iter()
        .map(|(account, count)| ((account, reach_days::ACCOUNT, String::new(), Measure::FeedReaders), count))
        .collect();

    let day = app.clock.day(app.clock.now()).to_string();
    let tx = app.begin_write().await?;
    reach_days::add(&tx, rows_of(sums, &day)).await?;
    reach_days::put_largest(&tx, rows_of(of_feeds, &day)).await?;
    let month = Period::month(app.clock.day(app.clock.now())).name();
    reach_months::add(&tx, &month, Measure::CpuTime.name(), cpu).await?;
    tx.commit().await?;
    app.counted.has_saved_cpu(cpu);
    Ok(())
}

async fn of_posts(app: &App, seen: &HashMap<Seen, i64>) -> Result<Sums, Error> {
    let views: HashMap<PostId, i64> = seen
        .iter()
        .filter_map(|(seen, count)| match seen {
            Seen::Post(id) => Some((PostId(*id), *count)),
            _ => None,
        })
        .collect();
    let ids: Vec<PostId> = views.keys().copied().collect();
    let mut counted = Vec::new();
    for ids in ids.chunks(AT_ONCE) {
        for post in posts::list_any(app.db(), ids.to_vec()).await? {
            counted.push((post.id, post.author_id, Measure::Views, views[&post.id]));
        }
    }
    let authors = counted.iter().map(|(_, author, ..)| *author).collect();
    let ours: Vec<AccountId> = accounts::list_by_ids(app.db(), authors)
        .await?
        .into_iter()
        .filter(accounts::Model::is_ours)
        .map(|account| account.id)
        .collect();
    counted.retain(|(_, author, ..)| ours.contains(author));
    sums_of_posts(app, counted).await
}

async fn links(app: &App, seen: &HashMap<Seen, i64>) -> Result<Vec<(String, AccountId)>, Error> {
    let codes = seen.keys().filter_map(|seen| match seen {
        Seen::Link(code) => Some(code.clone()),
        _ => None,
    });
    let codes: Vec<String> = codes.collect();
    let mut found = Vec::new();
    for codes in codes.chunks(AT_ONCE) {
        let links = campaign_links::list_by_codes(app.db(), codes.to_vec()).await?;
        found.extend(links.into_iter().map(|link| (link.code, link.account_id)));
    }
    Ok(found)
}
