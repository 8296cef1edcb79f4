//! The start page.

use axum::extract::State;
use axum::response::Response;
use stadtbote_core::store::posts::PublicPosts;
use stadtbote_core::store::{accounts, institutions, posts};
use stadtbote_core::{App, Error};

use super::POSTS_PER_PAGE;
use crate::dress;
use crate::error::OrPage;
use crate::pages::public::{HomePage, InstitutionView};
use crate::paging::{asked_page, turn};
use crate::request::Visitor;
use crate::respond::{Answer, open_page};

/// Shows the newest posts and all accounts.
pub(crate) async fn show(State(app): State<App>, visitor: Visitor) -> Answer {
    home(&app, &visitor).await.or_page(&app, &visitor.asked)
}

async fn home(app: &App, visitor: &Visitor) -> Result<Response, Error> {
    let t = visitor.asked.t;
    let page = asked_page(&visitor.asked, POSTS_PER_PAGE);
    let which = PublicPosts { local: true, ..PublicPosts::default() };
    let mut rows = posts::list_public(app.db(), None, &which, app.clock.now(), &page).await?;
    let paging = turn("/", &page, &mut rows, |row| row.id.0);
    let content = HomePage {
        t,
        shell: visitor.shell(app, ""),
        institutions: by_institution(app).await?,
        posts: dress::posts(app, t, None, &rows).await?,
        paging,
    };
    Ok(open_page(&content))
}

/// All accounts by the institution that runs them; those without one under the server's name, last.
pub(crate) async fn by_institution(app: &App) -> Result<Vec<InstitutionView>, Error> {
    let accounts = accounts::list_ours(app.db()).await?;
    let mut views: Vec<InstitutionView> = Vec::new();
    for institution in institutions::list(app.db()).await? {
        let own = accounts.iter().filter(|account| account.institution_id == Some(institution.id));
        let own: Vec<_> = own.map(dress::account).collect();
        if !own.is_empty() {
            views.push(InstitutionView { name: institution.name, accounts: own });
        }
    }
    let rest: Vec<_> =
        accounts.iter().filter(|account| account.institution_id.is_none()).map(dress::account).collect();
    if !rest.is_empty() {
        views.push(InstitutionView { name: app.config.instance.title.clone(), accounts: rest });
    }
    Ok(views)
}
