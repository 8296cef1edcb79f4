//! Filters.

use serde::Serialize;
use stadtbote_core::domain::filter::matches;
use stadtbote_core::domain::ids::AccountId;
use stadtbote_core::store::{filter_keywords, filters};
use stadtbote_core::{App, Error};

use super::{EMPTY, Empty, Id, Nothing, Time};

/// Mastodon's `Filter`; inside a `FilterResult` without its keywords.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Filter {
    pub(crate) id: Id,
    pub(crate) title: String,
    pub(crate) context: Vec<String>,
    pub(crate) expires_at: Option<Time>,
    pub(crate) filter_action: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) keywords: Option<Vec<FilterKeyword>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) statuses: Option<Empty>,
}

/// Mastodon's `FilterKeyword`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FilterKeyword {
    pub(crate) id: Id,
    pub(crate) keyword: String,
    pub(crate) whole_word: bool,
}

/// Mastodon's `FilterResult`: why a post is filtered.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FilterResult {
    pub(crate) filter: Filter,
    pub(crate) keyword_matches: Vec<String>,
    pub(crate) status_matches: Nothing,
}

/// The filters of an account with their words.
pub(crate) struct Filters(Vec<(filters::Model, Vec<filter_keywords::Model>)>);

impl Filters {
    /// All filters of an account.
    pub(crate) async fn load(app: &App, account: AccountId) -> Result<Filters, Error> {
        let rows = filters::list(app.db(), account).await?;
        Filters::with_words(app, rows).await
    }

    /// These filters.
    pub(crate) async fn with_words(app: &App, rows: Vec<filters::Model>) -> Result<Filters, Error> {
        let words =
            filter_keywords::list_of_filters(app.db(), rows.iter().map(|row| row.id).collect()).await?;
        let of =
            |row: &filters::Model| words.iter().filter(|word| word.filter_id == row.id).cloned().collect();
        Ok(Filters(rows.into_iter().map(|row| (of(&row), row)).map(|(words, row)| (row, words)).collect()))
    }

    /// Only those that have not ended.
    pub(crate) fn in_force(mut self, app: &App) -> Filters {
        let now = app.clock.now();
        self.0.retain(|(row, _)| row.ends_at.is_none_or(|end| end > now));
        self
    }

    /// How they are shown in a list.
    pub(crate) fn views(&self) -> Vec<Filter> {
        self.0.iter().map(|(row, words)| view(row, Some(words.as_slice()))).collect()
    }

    /// Which of them a text meets, and by which words.
    pub(crate) fn results(&self, text: &str) -> Vec<FilterResult> {
        let result = |(row, words): &(filters::Model, Vec<filter_keywords::Model>)| {
            let hits = words.iter().filter(|word| matches(&word.keyword, word.whole_word, text));
            let keyword_matches: Vec<String> = hits.map(|word| word.keyword.clone()).collect();
            (!keyword_matches.is_empty()).then(|| FilterResult {
                filter: view(row, None),
                keyword_matches,
                status_matches: Nothing,
            })
        };
        self.0.iter().filter_map(result).collect()
    }
}

fn view(row: &filters::Model, words: Option<&[filter_keywords::Model]>) -> Filter {
    let word = |word: &filter_keywords::Model| FilterKeyword {
        id: Id(word.id.0),
        keyword: word.keyword.clone(),
        whole_word: word.whole_word,
    };
    Filter {
        id: Id(row.id.0),
        title: row.title.clone(),
        context: row.context.split(' ').map(str::to_owned).collect(),
        expires_at: row.ends_at.map(Time),
        filter_action: row.action.clone(),
        keywords: words.map(|words| words.iter().map(word).collect()),
        statuses: words.map(|_| EMPTY),
    }
}
