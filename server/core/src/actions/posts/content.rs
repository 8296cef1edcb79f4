//! What a post says: checked, looked up, written down.

use crate::actions::media::Describe;
use crate::actions::{Member, media as media_actions, quotes as quote_actions};
use crate::app::Tx;
use crate::config::RequireAltText;
use crate::domain::ids::{AccountId, MediaId, PostId, TagId};
use crate::domain::post::Draft;
use crate::domain::quotes::fallback;
use crate::domain::text::{self, ResolvedMention};
use crate::domain::{handle, language};
use crate::store::{accounts, media, mentions, post_tags, post_texts, posts, tags};
use crate::{App, Error};

/// Where a post was written: the workbench asks for picture texts sooner than client programs do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// The workbench.
    Workbench,
    /// A client program.
    Api,
}

/// A post as a form gives it: what it says, and what it says of its files.
#[derive(Clone, Debug)]
pub struct Written {
    /// The post.
    pub draft: Draft,
    /// What changes in what is said of its files; a file that is not its own is passed over.
    pub described: Vec<(MediaId, Describe)>,
    /// The version that the form was filled from: if somebody made another since, nothing is changed.
    pub version: Option<i64>,
}

impl From<Draft> for Written {
    fn from(draft: Draft) -> Self {
        Self { draft, described: Vec::new(), version: None }
    }
}

/// Says what files show: those that the post has (`attached`), and those of the account that are on no post yet.
pub(in crate::actions) async fn describe(
    tx: &Tx,
    member: &Member,
    described: Vec<(MediaId, Describe)>,
    attached: &[media::Model],
) -> Result<(), Error> {
    for (id, change) in described {
        let file = match attached.iter().find(|file| file.id == id) {
            Some(file) => Some(file.clone()),
            None => media::find_unattached(&**tx, member.account.id, id).await?,
        };
        if let Some(file) = file {
            media::update(tx, media_actions::described(file, change)?).await?;
        }
    }
    Ok(())
}

/// What a draft says, checked and looked up.
pub(in crate::actions) struct Content {
    pub(in crate::actions) draft: Draft,
    pub(in crate::actions) parent: Option<posts::Model>,
    pub(in crate::actions) quoted: Option<posts::Model>,
    pub(in crate::actions) html: String,
    pub(in crate::actions) mentioned: Vec<accounts::Model>,
    pub(in crate::actions) tags: Vec<TagId>,
}

/// Checks a draft and looks up whom and what it names. `attached`: the files that the post already has.
pub(in crate::actions) async fn prepare(
    app: &App,
    tx: &Tx,
    member: &Member,
    door: Door,
    mut draft: Draft,
    attached: &[media::Model],
) -> Result<Content, Error> {
    draft.text = draft.text.replace("\r\n", "\n").trim().to_owned();
    draft.warning = draft.warning.trim().to_owned();
    if let Some((field, reason)) = draft.fault(app.config.posts.max_characters) {
        return Err(Error::invalid(field, reason));
    }
    draft.language = match draft.language.as_str() {
        "" => member.account.default_language.clone().unwrap_or_else(|| app.config.instance.language.clone()),
        tag => language::parse(tag).unwrap_or_else(|| app.config.instance.language.clone()),
    };
    let parent = match draft.in_reply_to {
        Some(id) => {
            let parent = posts::find_visible(&**tx, Some(member.viewer()), id)
                .await?
                .ok_or(Error::NotFound("Record"))?;
            match parent.boost_of_id {
                Some(original) => posts::find_visible(&**tx, Some(member.viewer()), original).await?,
                None => Some(parent),
            }
        }
        None => None,
    };
    draft.in_reply_to = parent.as_ref().map(|parent| parent.id);
    let quoted = match draft.quoted {
        Some(id) => quote_actions::find_quoted(tx, member, id).await?,
        None => None,
    };
    draft.quoted = quoted.as_ref().map(|quoted| quoted.id);
    check_media(app, tx, member, door, &draft, attached).await?;
    let (mut html, mentioned) = render(app, tx, &draft.text).await?;
    if let Some(quoted) = &quoted {
        html.insert_str(0, &fallback(&quoted.url));
    }
    let mut tag_ids = Vec::new();
    for shown in text::scan(&draft.text).hashtags().into_iter().take(100) {
        tag_ids.push(tags::find_or_insert(tx, app.id(TagId), &text::normalise_tag(shown), shown).await?);
    }
    tag_ids.sort();
    tag_ids.dedup();
    Ok(Content { draft, parent, quoted, html, mentioned, tags: tag_ids })
}

async fn check_media(
    app: &App,
    tx: &Tx,
    member: &Member,
    door: Door,
    draft: &Draft,
    attached: &[media::Model],
) -> Result<(), Error> {
    let files = media::list_by_ids(&**tx, draft.media.clone()).await?;
    let is_usable = |file: &media::Model| {
        file.account_id == member.account.id
            && (file.post_id.is_none() || attached.iter().any(|attached| attached.id == file.id))
    };
    if files.len() != draft.media.len() || !files.iter().all(is_usable) {
        return Err(Error::invalid("Media", "is not there or belongs to another post"));
    }
    let films = files.iter().filter(|file| matches!(file.kind.as_str(), "video" | "audio")).count();
    if films > 0 && files.len() > 1 {
        return Err(Error::invalid("Media", "can't be pictures and a film in one post"));
    }
    let needs_text = match app.config.posts.require_alt_text {
        RequireAltText::Off => false,
        RequireAltText::Workbench => door == Door::Workbench,
        RequireAltText::Everywhere => true,
    };
    if needs_text && files.iter().any(|file| file.description.trim().is_empty() && !file.decorative) {
        return Err(Error::invalid("Description", "of each picture is needed, or say that it is decoration"));
    }
    Ok(())
}

/// The text as HTML, with the accounts that it names and that are known here.
async fn render(app: &App, tx: &Tx, written: &str) -> Result<(String, Vec<accounts::Model>), Error> {
    let mut mentioned: Vec<accounts::Model> = Vec::new();
    let mut resolved = Vec::new();
    for mention in text::scan(written).mentions() {
        let domain = mention.domain.as_deref().and_then(handle::parse_domain);
        let found = match (&mention.domain, domain) {
            (None, _) => accounts::find_ours(&**tx, &mention.username).await?,
            (Some(_), Some(domain)) if domain == app.config.server.account_domain => {
                accounts::find_ours(&**tx, &mention.username).await?
            }
            (Some(_), Some(domain)) => accounts::find_theirs(&**tx, &mention.username, &domain).await?,
            (Some(_), None) => None,
        };
        let Some(account) = found.filter(|account| account.deleted_at.is_none()) else { continue };
        resolved.push(ResolvedMention {
            handle: mention.handle(),
            username: account.username.clone(),
            url: account.url.clone(),
        });
        if !mentioned.iter().any(|known| known.id == account.id) {
            mentioned.push(account);
        }
    }
    let html = text::render(written, &resolved, |tag| {
        app.config.server.address(&format!("/tags/{}", text::normalise_tag(tag)))
    });
    Ok((html, mentioned))
}

pub(in crate::actions) async fn attached(tx: &Tx, post: PostId) -> Result<Vec<media::Model>, Error> {
    Ok(media::list_of_posts(&**tx, vec![post]).await?)
}

/// Takes away what a post said, before it says something new.
pub(in crate::actions) async fn clear_content(tx: &Tx, post: PostId) -> Result<(), Error> {
    post_texts::delete_of_post(tx, post).await?;
    mentions::delete_of_post(tx, post).await?;
    post_tags::delete_of_post(tx, post).await?;
    Ok(media::detach(tx, post).await?)
}

pub(in crate::actions) async fn write_content(tx: &Tx, post: PostId, content: &Content) -> Result<(), Error> {
    let text = post_texts::Model {
        post_id: post,
        language: content.draft.language.clone(),
        is_main: true,
        warning: content.draft.warning.clone(),
        source: Some(content.draft.text.clone()),
        html: content.html.clone(),
        emojis: None,
    };
    post_texts::insert(tx, text).await?;
    let named: Vec<AccountId> = content.mentioned.iter().map(|account| account.id).collect();
    mentions::insert(tx, post, &named).await?;
    post_tags::insert(tx, post, &content.tags).await?;
    media::attach(tx, post, &content.draft.media).await?;
    Ok(())
}
