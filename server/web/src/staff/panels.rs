//! Results of panels: what people said of themselves, as pages and reports show it.

use std::collections::HashMap;

use stadtbote_core::actions::reach::OfPanel;
use stadtbote_core::domain::ids::{AccountId, PostId};
use stadtbote_core::domain::panels::{LEAST, share};
use stadtbote_core::store::{accounts, post_texts, posts};
use stadtbote_core::{App, Error};

use super::reach::excerpt_among;
use crate::language::Texts;
use crate::pages::reach::{PanelRow, PanelView};
use crate::report::{Block, Cell, Table, clean};
use crate::times;

/// The results in words, with three questions however many there are. `has_names`: several accounts asked, so each is named.
pub(crate) async fn views(
    app: &App,
    t: Texts,
    panels: &[OfPanel],
    has_names: bool,
) -> Result<Vec<PanelView>, Error> {
    if panels.is_empty() {
        return Ok(vec![]);
    }
    let asked: Vec<PostId> = panels.iter().map(|panel| panel.post).collect();
    let rows = posts::list_any(app.db(), asked.clone()).await?;
    let texts = post_texts::list_of_posts(app.db(), asked).await?;
    let names: HashMap<AccountId, String> = match has_names {
        false => HashMap::new(),
        true => {
            let ids = panels.iter().map(|panel| panel.account).collect();
            let found = accounts::list_by_ids(app.db(), ids).await?;
            found.into_iter().map(|account| (account.id, account.display_name)).collect()
        }
    };
    let view = |panel: &OfPanel| {
        let post = rows.iter().find(|post| post.id == panel.post)?;
        Some(PanelView {
            question: excerpt_among(t, post, &texts),
            lang: post.language.clone(),
            href: post.url.clone(),
            account: names.get(&panel.account).cloned(),
            ..view_of(t, panel)
        })
    };
    Ok(panels.iter().filter_map(view).collect())
}

/// A result without the post that asked.
pub(crate) fn view_of(t: Texts, panel: &OfPanel) -> PanelView {
    let number = |amount: i64| t.number(amount.max(0).unsigned_abs());
    let n = panel.n();
    let row = |(answer, votes): &(String, i64)| {
        let share = share(*votes, n);
        PanelRow {
            name: answer.clone(),
            votes: number(*votes),
            number: *votes,
            percent: share.map_or(0, |share| share.percent),
            low: share.map_or(0, |share| share.low),
            width: share.map_or(0, |share| share.high - share.low),
            share: share.map(|share| t.with("percent", "n", number(share.percent))),
            range: share.map(|share| {
                t.with_two("reach-panel-range", "low", number(share.low), "high", number(share.high))
            }),
        }
    };
    let rows: Vec<PanelRow> = panel.answers.iter().map(row).collect();
    let kind = t.say(&format!("panel-{}", panel.panel.name()));
    let when = t.with_two("reach-panel-kind", "kind", kind, "when", times::date(t, panel.closed_on));
    PanelView {
        question: String::new(),
        lang: None,
        href: String::new(),
        account: None,
        facts: format!("{when} · {}", t.with("reach-panel-n", "n", number(n))),
        is_enough: n >= LEAST,
        summary: summary(t, n, &rows),
        rows,
    }
}

/// The table in words.
fn summary(t: Texts, n: i64, rows: &[PanelRow]) -> String {
    let least = t.number(LEAST.unsigned_abs());
    if n < LEAST {
        return t.with("reach-panel-few", "n", least);
    }
    let highest = rows.iter().map(|row| row.number).max().unwrap_or_default();
    let mut most = rows.iter().filter(|row| row.number == highest);
    let (Some(first), None) = (most.next(), most.next()) else {
        return t.say("reach-panel-random");
    };
    let share = first.share.clone().unwrap_or_default();
    let votes = t.with_two("n-of-m", "n", &first.votes, "m", t.number(n.max(0).unsigned_abs()));
    let answer = t.with_two("reach-panel-most", "answer", &first.name, "votes", votes);
    let range = first.range.clone().unwrap_or_default();
    let would = t.with_two("reach-panel-would", "share", share, "range", range);
    format!("{answer} {would}")
}

/// The results as pieces of a report.
pub(crate) fn blocks(t: Texts, panels: &[PanelView]) -> Vec<Block> {
    let mut blocks = vec![Block::Note(t.say("reach-panels-lead"))];
    for panel in panels {
        let account = panel.account.iter().map(|name| format!("{}: ", clean(name))).collect::<String>();
        let caption = format!("{account}{} ({})", clean(&panel.question), panel.facts);
        blocks.push(Block::Table(table(t, panel, caption)));
        blocks.push(Block::Note(clean(&panel.summary)));
    }
    blocks
}

/// A result as a table.
fn table(t: Texts, panel: &PanelView, caption: String) -> Table {
    let none = || "–".to_owned();
    let row = |row: &PanelRow| {
        let votes = Cell { sign: Some("≥"), ..Cell::number(row.votes.clone(), Some(row.number)) };
        let share =
            Cell::number(row.share.clone().unwrap_or_else(none), row.share.as_ref().map(|_| row.percent));
        let range = Cell::number(row.range.clone().unwrap_or_else(none), None);
        vec![Cell::words(&row.name), votes, share, range]
    };
    let head = ["reach-panel-answer", "reach-panel-votes", "reach-panel-share", "reach-panel-range-head"];
    Table { caption, head: head.map(|key| t.say(key)).to_vec(), rows: panel.rows.iter().map(row).collect() }
}

/// All results as one table, for a sheet.
pub(crate) fn sheet(t: Texts, panels: &[PanelView]) -> Option<Table> {
    if panels.is_empty() {
        return None;
    }
    let keys = ["reach-panel-question", "reach-panel-answer", "reach-panel-votes", "reach-panel-share"];
    let mut head: Vec<String> = keys.map(|key| t.say(key)).to_vec();
    head.push(t.say("reach-panel-range-head"));
    let mut rows = Vec::new();
    for panel in panels {
        let account = panel.account.iter().map(|name| format!("{name}: ")).collect::<String>();
        for mut row in table(t, panel, String::new()).rows {
            row.insert(0, Cell::words(&format!("{account}{} ({})", panel.question, panel.facts)));
            rows.push(row);
        }
    }
    Some(Table { caption: t.say("reach-panels"), head, rows })
}
