//! Rows made ready for reading: whatever the length of a list, a fixed number of questions.

use std::collections::HashMap;

use stadtbote_core::domain::copies::{Use, is_elsewhere};
use stadtbote_core::domain::emoji::{self, Emoji};
use stadtbote_core::domain::ids::{AccountId, PostId};
use stadtbote_core::domain::language::is_right_to_left;
use stadtbote_core::domain::post::Visibility;
use stadtbote_core::domain::quotes::State as QuoteState;
use stadtbote_core::domain::text::{self, excerpt, plain_from_html};
use stadtbote_core::store::posts::Viewer;
use stadtbote_core::store::{accounts, media, pins, poll_options, polls, post_texts, posts, quotes};
use stadtbote_core::{App, Error};

use url::Url;

use crate::language::Texts;
use crate::views::{
    AccountCard, MediaKind, MediaView, PollOptionView, PollView, PostView, QuoteView, VisibilityView, When,
};
use crate::{focus, times};

/// Where a file of the media store is shown from.
pub(crate) fn file_address(file: &str) -> String {
    format!("/media/{file}")
}

/// Where the picture of an account is shown from: from here in any case.
fn avatar(row: &accounts::Model) -> Option<String> {
    let avatar = row.avatar.as_deref()?;
    Some(if is_elsewhere(avatar) { Use::Avatar.path(row.id.0, avatar) } else { file_address(avatar) })
}

/// How a picture that stands for a word is shown.
fn picture(used: Use, id: i64) -> impl Fn(&Emoji) -> String {
    move |emoji| {
        let (word, path) = (&emoji.shortcode, used.path(id, &emoji.url));
        format!(r#"<img class="emoji" src="{path}" alt=":{word}:" title=":{word}:" loading="lazy">"#)
    }
}

/// A text for where no picture can be: without the words that stand for some, unless nothing else is there.
fn plain(text: &str, emojis: &[Emoji]) -> String {
    Some(emoji::without(text, emojis)).filter(|plain| !plain.is_empty()).unwrap_or_else(|| text.to_owned())
}

/// A whole address, for what is read outside of our pages.
pub(crate) fn absolute(app: &App, address: &str) -> String {
    if address.starts_with('/') { app.config.server.address(address) } else { address.to_owned() }
}

/// An account as it is named on a page.
pub(crate) fn account(row: &accounts::Model) -> AccountCard {
    let emojis = emoji::kept(row.emojis.as_deref());
    let with_pictures =
        || emoji::show(&text::escape(row.name()), &emojis, picture(Use::AccountEmoji, row.id.0));
    AccountCard {
        name: plain(row.name(), &emojis),
        name_html: (!emojis.is_empty()).then(with_pictures),
        handle: format!("@{}", row.handle()),
        href: if row.is_ours() { format!("/@{}", row.username) } else { row.url.clone() },
        avatar: avatar(row),
        official: row.is_ours(),
        round: row.kind.eq_ignore_ascii_case("person"),
        lang: row.default_language.clone().filter(|_| row.is_ours()),
    }
}

/// The visibility as pages name it.
pub(crate) fn visibility(visibility: Visibility) -> VisibilityView {
    match visibility {
        Visibility::Public => VisibilityView::Public,
        Visibility::Unlisted => VisibilityView::Unlisted,
        Visibility::Private => VisibilityView::Followers,
        Visibility::Direct => VisibilityView::Direct,
    }
}

/// A file of a post; nothing if there is no address to show it from.
pub(crate) fn file(row: &media::Model) -> Option<MediaView> {
    let local = row.file.as_deref().map(file_address);
    let preview = row.preview_file.as_deref().map(file_address);
    let is_picture = row.kind == "image";
    let copy = row.remote_url.as_deref().filter(|_| is_picture).map(|url| Use::Attached.path(row.id.0, url));
    let elsewhere = row.remote_url.as_deref().filter(|_| local.is_none());
    Some(MediaView {
        kind: match row.kind.as_str() {
            "gifv" | "video" | "audio" if local.is_none() => MediaKind::Other,
            "image" => MediaKind::Picture,
            "gifv" => MediaKind::Animation,
            "video" => MediaKind::Film,
            "audio" => MediaKind::Sound,
            _ => MediaKind::Other,
        },
        mime: row.mime.clone(),
        url: local.or_else(|| row.remote_url.clone())?,
        elsewhere: elsewhere.and_then(|url| Some(Url::parse(url).ok()?.host_str()?.to_owned())),
        preview: preview.or(copy),
        description: Some(row.description.clone()).filter(|text| !text.is_empty()),
        decorative: row.decorative,
        width: row.preview_width.or(row.width).and_then(|width| width.try_into().ok()),
        height: row.preview_height.or(row.height).and_then(|height| height.try_into().ok()),
        focus: focus::class(row.focus_x.zip(row.focus_y)),
    })
}

/// What hangs on a post, in words; nothing if nothing does.
pub(crate) fn files_in_words(t: Texts, files: &[MediaView]) -> Option<String> {
    let count = |wanted: &dyn Fn(MediaKind) -> bool| files.iter().filter(|file| wanted(file.kind)).count();
    let pictures = count(&|kind| kind == MediaKind::Picture);
    let films = count(&|kind| matches!(kind, MediaKind::Film | MediaKind::Animation));
    let others = files.len() - pictures - films;
    let words: Vec<String> = [("has-media", pictures), ("has-films", films), ("has-files", others)]
        .into_iter()
        .filter(|(_, number)| *number > 0)
        .map(|(key, number)| t.count(key, number as u64))
        .collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// How the moments of posts are said.
pub(crate) type Clock<'a> = &'a (dyn Fn(chrono::DateTime<chrono::Utc>) -> When + Send + Sync);

/// Posts as they are read, in the order of `rows`. A boost becomes the post that it shares, if `viewer` may see it.
pub(crate) async fn posts(
    app: &App,
    t: Texts,
    viewer: Option<Viewer>,
    rows: &[posts::Model],
) -> Result<Vec<PostView>, Error> {
    posts_at(app, viewer, rows, &move |moment| times::plain(t, moment)).await
}

/// Posts as they are read, with moments said by `say`.
pub(crate) async fn posts_at(
    app: &App,
    viewer: Option<Viewer>,
    rows: &[posts::Model],
    say: Clock<'_>,
) -> Result<Vec<PostView>, Error> {
    let db = app.db();
    let shared: Vec<PostId> = rows.iter().filter_map(|row| row.boost_of_id).collect();
    let originals: HashMap<PostId, posts::Model> =
        posts::list_visible(db, viewer, shared).await?.into_iter().map(|row| (row.id, row)).collect();

    let shown: Vec<(&posts::Model, Option<AccountId>)> = rows
        .iter()
        .filter_map(|row| match row.boost_of_id {
            Some(original) => Some((originals.get(&original)?, Some(row.author_id))),
            None => Some((row, None)),
        })
        .collect();
    let ids: Vec<PostId> = shown.iter().map(|(row, _)| row.id).collect();
    let quoting = quotes::list_of_posts(db, ids.clone()).await?;
    let quoting = quoting.into_iter().filter(|row| row.state == QuoteState::Accepted);
    let quoting: HashMap<PostId, PostId> =
        quoting.filter_map(|row| Some((row.post_id, row.quoted_id?))).collect();
    // What the viewer may not see is quoted for nobody.
    let quoted: HashMap<PostId, posts::Model> =
        posts::list_visible(db, viewer, quoting.values().copied().collect())
            .await?
            .into_iter()
            .map(|row| (row.id, row))
            .collect();
    let mut people: Vec<AccountId> =
        shown.iter().flat_map(|(row, sharer)| [Some(row.author_id), *sharer]).flatten().collect();
    people.extend(quoted.values().map(|row| row.author_id));
    people.sort();
    people.dedup();

    let people: HashMap<AccountId, accounts::Model> =
        accounts::list_by_ids(db, people).await?.into_iter().map(|row| (row.id, row)).collect();
    let mut texts: HashMap<PostId, post_texts::Model> = HashMap::new();
    let with_quoted = ids.iter().chain(quoted.keys()).copied().collect();
    for text in post_texts::list_of_posts(db, with_quoted).await? {
        texts.entry(text.post_id).or_insert(text);
    }
    let mut files: HashMap<PostId, Vec<MediaView>> = HashMap::new();
    let mut polls = polls(app, ids.clone(), say).await?;
    for row in media::list_of_posts(db, ids).await? {
        if let (Some(post), Some(view)) = (row.post_id, file(&row)) {
            files.entry(post).or_default().push(view);
        }
    }

    Ok(shown
        .into_iter()
        .filter_map(|(row, sharer)| {
            let author = people.get(&row.author_id)?;
            let sharer = sharer.and_then(|sharer| people.get(&sharer));
            let mut view = post(author, row, texts.get(&row.id), say);
            view.poll = polls.remove(&row.id);
            if let (Some(poll), Some(text)) = (&mut view.poll, texts.get(&row.id)) {
                poll.options.iter_mut().for_each(|option| option.title = plain(&option.title, &emojis(text)));
            }
            view.media = files.remove(&row.id).unwrap_or_default();
            view.shared_by = sharer.map(account);
            view.quote = quoting.get(&row.id).and_then(|id| {
                let row = quoted.get(id)?;
                Some(quote(people.get(&row.author_id)?, row, texts.get(id), say))
            });
            Some(view)
        })
        .collect())
}

/// The questions that posts ask.
async fn polls(app: &App, ids: Vec<PostId>, say: Clock<'_>) -> Result<HashMap<PostId, PollView>, Error> {
    let rows = polls::list_of_posts(app.db(), ids).await?;
    let options = poll_options::list_of_posts(app.db(), rows.iter().map(|row| row.post_id).collect()).await?;
    let now = app.clock.now();
    let view = |row: polls::Model| {
        let options = || options.iter().filter(|option| option.post_id == row.post_id);
        let chosen: u64 = options().map(|option| option.votes_count.unsigned_abs()).sum();
        let votes = row.voters_count.map_or(chosen, i64::unsigned_abs);
        let closed = row.is_closed(now);
        let poll = PollView {
            options: options()
                .map(|option| PollOptionView {
                    title: option.title.clone(),
                    percent: percent(option.votes_count.unsigned_abs(), votes),
                })
                .collect(),
            votes,
            ends: row.closes_at.map(say),
            closed,
            multiple: row.multiple,
            hidden: row.hide_totals && !closed,
        };
        (row.post_id, poll)
    };
    Ok(rows.into_iter().map(view).collect())
}

/// How much `part` is of `whole`, rounded; never more than all, whatever another server says.
fn percent(part: u64, whole: u64) -> u64 {
    let (part, whole) = (u128::from(part), u128::from(whole.max(1)));
    u64::try_from((part * 200 + whole) / (whole * 2)).unwrap_or(100).min(100)
}

fn post(
    author: &accounts::Model,
    row: &posts::Model,
    text: Option<&post_texts::Model>,
    say: Clock<'_>,
) -> PostView {
    let lang =
        row.language.clone().or_else(|| text.map(|text| text.language.clone())).filter(|tag| !tag.is_empty());
    PostView {
        id: row.id.to_string(),
        author: account(author),
        href: match author.is_ours() {
            true => format!("/@{}/{}", author.username, row.id),
            false => row.url.clone(),
        },
        when: say(row.time()),
        edited: row.edited_at.map(say),
        html: text.map(html).unwrap_or_default(),
        warning: text.map(|text| plain(&text.warning, &emojis(text))).filter(|warning| !warning.is_empty()),
        sensitive: row.sensitive,
        dir: direction(lang.as_deref()),
        lang,
        visibility: visibility(row.visibility),
        media: Vec::new(),
        replies: row.replies_count.unsigned_abs(),
        boosts: row.boosts_count.unsigned_abs(),
        favourites: row.favourites_count.unsigned_abs(),
        pinned: false,
        poll: None,
        shared_by: None,
        quote: None,
    }
}

fn emojis(text: &post_texts::Model) -> Vec<Emoji> {
    emoji::kept(text.emojis.as_deref())
}

/// What a post says, with pictures in place of words.
fn html(text: &post_texts::Model) -> String {
    match emojis(text) {
        emojis if emojis.is_empty() => text.html.clone(),
        emojis => emoji::show(&text.html, &emojis, picture(Use::PostEmoji, text.post_id.0)),
    }
}

/// Most characters of a quoted post that are shown.
const QUOTED: usize = 400;

fn quote(
    author: &accounts::Model,
    row: &posts::Model,
    text: Option<&post_texts::Model>,
    say: Clock<'_>,
) -> QuoteView {
    quote_of(post(author, row, text, say))
}

/// A post as the box within one that quotes it.
pub(crate) fn quote_of(post: PostView) -> QuoteView {
    let PostView { author, href, when, html, warning, lang, dir, .. } = post;
    QuoteView {
        is_warning: warning.is_some(),
        text: excerpt(&warning.unwrap_or_else(|| plain_from_html(&html)), QUOTED),
        author,
        href,
        when,
        lang,
        dir,
    }
}

/// The direction of a text in this language.
pub(crate) fn direction(lang: Option<&str>) -> &'static str {
    match lang {
        Some(tag) if is_right_to_left(tag) => "rtl",
        Some(tag) if !tag.is_empty() => "ltr",
        _ => "auto",
    }
}

/// Marks the posts that `account` has pinned.
pub(crate) async fn mark_pinned(app: &App, account: AccountId, views: &mut [PostView]) -> Result<(), Error> {
    let ids = views.iter().filter_map(|view| view.id.parse().ok().map(PostId)).collect();
    let pinned = pins::among(app.db(), account, ids).await?;
    for view in views {
        view.pinned = view.shared_by.is_none() && pinned.iter().any(|id| id.to_string() == view.id);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_and_never_more_than_all() {
        assert_eq!(percent(0, 0), 0);
        assert_eq!([1, 2, 3].map(|part| percent(part, 3)), [33, 67, 100]);
        assert_eq!(percent(1, 200), 1);
        assert_eq!(percent(1, 201), 0);
        assert_eq!(percent(5, 0), 100);
        assert_eq!(percent(u64::MAX, 1), 100);
    }
}
