//! Reports of a quarter or a year, of an account and of all of them: as a page, a PDF and tables.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use stadtbote_core::actions::reach::{Report, report};
use stadtbote_core::actions::transparency;
use stadtbote_core::domain::indicators::Stage;
use stadtbote_core::domain::period::Period;
use stadtbote_core::store::accounts;
use stadtbote_core::{App, Error};

use super::reach::{choices, first_day, quarter_or_year};
use super::{Area, bench, bench_for, panels};
use crate::dress;
use crate::error::OrPage;
use crate::language::Texts;
use crate::pages::reach::{PanelView, ReportPage, ReportText};
use crate::report::ods::{self, Sheet};
use crate::report::words::{PREPARED, Told};
use crate::report::{Table, clean, csv, pdf};
use crate::request::{Administrator, Asked, Member};
use crate::respond::{Answer, private_page};
use crate::sent::Sent;
use crate::views::{Bench, FieldErrors};

/// Most characters that people write for one stage; more is cut off.
const MOST_OF_TEXT: usize = 5000;
/// How many quarters and years can be chosen.
const CHOICES: [usize; 3] = [0, 9, 4];

/// Shows the report of an account.
pub(crate) async fn show(State(app): State<App>, member: Member) -> Answer {
    let shown = async {
        let bench = bench_for(&app, &member, Area::Reach).await?;
        page(&app, &member.asked, &Of::account(&member), bench).await
    };
    shown.await.or_page(&app, &member.asked)
}

/// Shows the report of all accounts.
pub(crate) async fn show_all(State(app): State<App>, admin: Administrator) -> Answer {
    let shown = async {
        let bench = bench(&app, &admin.asked, &admin.person, Area::ReachOfAll).await?;
        page(&app, &admin.asked, &Of::server(&app), bench).await
    };
    shown.await.or_page(&app, &admin.asked)
}

/// The report of an account as a file: `report.pdf`, `report.ods` or `report.csv`.
pub(crate) async fn file(
    State(app): State<App>,
    Path((_, file)): Path<(String, String)>,
    member: Member,
) -> Answer {
    download(&app, &member.asked, &Of::account(&member), &file, None).await.or_page(&app, &member.asked)
}

/// The report of all accounts as a file.
pub(crate) async fn file_of_all(
    State(app): State<App>,
    Path(file): Path<String>,
    admin: Administrator,
) -> Answer {
    download(&app, &admin.asked, &Of::server(&app), &file, None).await.or_page(&app, &admin.asked)
}

/// The report of an account as a PDF, with what somebody wrote in the form. It is kept nowhere.
pub(crate) async fn completed(State(app): State<App>, member: Member, sent: Sent) -> Answer {
    let of = Of::account(&member);
    download(&app, &member.asked, &of, PDF, Some(&sent)).await.or_page(&app, &member.asked)
}

/// The report of all accounts as a PDF, with what somebody wrote in the form.
pub(crate) async fn completed_of_all(State(app): State<App>, admin: Administrator, sent: Sent) -> Answer {
    let of = Of::server(&app);
    download(&app, &admin.asked, &of, PDF, Some(&sent)).await.or_page(&app, &admin.asked)
}

const PDF: &str = "report.pdf";

/// Whose report.
struct Of<'a> {
    /// None: that of all.
    account: Option<&'a accounts::Model>,
    /// The account's name, or the city's.
    name: String,
    /// The page of the reach.
    reach: String,
}

impl<'a> Of<'a> {
    fn account(member: &'a Member) -> Self {
        let account = &member.acting.account;
        Of { account: Some(account), name: clean(&account.display_name), reach: member.address("/reach") }
    }

    fn server(app: &App) -> Self {
        Of { account: None, name: clean(&app.config.instance.title), reach: super::reach::ALL.to_owned() }
    }
}

/// The quarter or year that the address asks for; else the last quarter that is over, if there is anything of it.
async fn asked_period(app: &App, asked: &Asked) -> Result<Period, Error> {
    if let Some(period) = asked.parameter("period").and_then(|text| Period::parse(&text)) {
        return Ok(quarter_or_year(period));
    }
    let this = Period::quarter(app.clock.day(app.clock.now()));
    let first = first_day(app).await?;
    Ok(if first.is_some_and(|first| first < this.first()) { this.previous() } else { this })
}

/// What is asked for, with all that its words need.
async fn gather(
    app: &App,
    of: &Of<'_>,
    period: Period,
) -> Result<(Report, Option<stadtbote_core::domain::transparency::Report>), Error> {
    let made = report(app, of.account, period).await?;
    let is_yearly = of.account.is_none() && period.months() == 12;
    let moderation = match period.name().parse() {
        Ok(year) if is_yearly => match transparency::report(app, year).await {
            Ok(report) => Some(report),
            Err(Error::NotFound(_)) => None,
            Err(error) => return Err(error),
        },
        _ => None,
    };
    Ok((made, moderation))
}

fn told<'a>(
    app: &App,
    t: Texts,
    of: &'a Of<'_>,
    report: &'a Report,
    panels: &'a [PanelView],
    moderation: Option<&'a stadtbote_core::domain::transparency::Report>,
) -> Told<'a> {
    let address = dress::absolute(app, &format!("/transparency?year={}", report.period.name()));
    Told {
        t,
        report,
        name: &of.name,
        is_server: of.account.is_none(),
        panels,
        floor: app.config.reach_floor,
        moderation: moderation.map(|report| (report, address)),
    }
}

async fn page(app: &App, asked: &Asked, of: &Of<'_>, bench: Bench) -> Result<Response, Error> {
    let t = asked.t;
    let period = asked_period(app, asked).await?;
    let (made, moderation) = gather(app, of, period).await?;
    let asked_people = panels::views(app, t, &made.panels, of.account.is_none()).await?;
    let told = told(app, t, of, &made, &asked_people, moderation.as_ref());
    let paper = told.paper(|_| None);
    let text = |stage: Stage| ReportText {
        id: stage.name(),
        label: t.say(&format!("report-{}", stage.name())),
        hint: match PREPARED.contains(&stage) {
            true => String::new(),
            false => t.say(&format!("report-blank-{}", stage.name())),
        },
        text: if PREPARED.contains(&stage) { told.sentences(stage) } else { String::new() },
    };
    let first = made.counted_since.unwrap_or(made.today);
    let file = |kind: &str| format!("{}/report.{kind}?period={}", of.reach, period.name());
    let content = ReportPage {
        t,
        shell: asked.shell(app, &paper.title, true),
        bench,
        errors: FieldErrors::default(),
        here: format!("{}/report", of.reach),
        back: format!("{}?period={}", of.reach, period.name()),
        periods: choices(t, period, first, made.today, CHOICES),
        pdf: file("pdf"),
        ods: file("ods"),
        csv: file("csv"),
        texts: Stage::ALL.into_iter().map(text).collect(),
        most: MOST_OF_TEXT,
        paper,
    };
    Ok(private_page(StatusCode::OK, asked, &content))
}

async fn download(
    app: &App,
    asked: &Asked,
    of: &Of<'_>,
    file: &str,
    sent: Option<&Sent>,
) -> Result<Response, Error> {
    let kind = file.strip_prefix("report.").filter(|kind| ["pdf", "ods", "csv"].contains(kind));
    let kind = kind.ok_or(Error::NotFound("Page"))?;
    let period = asked_period(app, asked).await?;
    let (made, moderation) = gather(app, of, period).await?;
    let asked_people = panels::views(app, asked.t, &made.panels, of.account.is_none()).await?;
    let told = told(app, asked.t, of, &made, &asked_people, moderation.as_ref());
    let (mime, bytes) = match kind {
        "pdf" => ("application/pdf", in_pdf(&told, sent).await?),
        "ods" => (ods::MIME, in_ods(&told).await?),
        _ => ("text/csv; charset=utf-8", csv::csv(&made).map_err(Error::unexpected)?.into_bytes()),
    };
    let whose = of.account.map(|account| format!("-{}", account.username)).unwrap_or_default();
    let headers = [
        (header::CONTENT_TYPE, mime.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"report{whose}-{}.{kind}\"", period.name()),
        ),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

async fn in_pdf(told: &Told<'_>, sent: Option<&Sent>) -> Result<Vec<u8>, Error> {
    let t = told.t;
    let paper = told.paper(|stage| {
        let text = sent?.text(stage.name());
        Some(clean(&text.chars().take(MOST_OF_TEXT).collect::<String>()))
    });
    let page_of = move |page: usize, total: usize| {
        t.with_two("report-page-of", "n", page.to_string(), "total", total.to_string())
    };
    written(move || pdf::pdf(&paper, page_of)).await
}

async fn in_ods(told: &Told<'_>) -> Result<Vec<u8>, Error> {
    let t = told.t;
    let (title, language) = (told.title(), t.tag());
    let whole = told.whole_table();
    let last = whole.head.len().saturating_sub(1);
    let sheet = |name: String, table: Table, wide: Vec<usize>| Sheet { name, table, wide };
    let mut sheets = vec![sheet(t.say("reach-numbers"), whole, vec![last])];
    if let Some(table) = told.institutions_table() {
        sheets.push(sheet(t.say("report-institutions"), table, vec![]));
    }
    if let Some(table) = panels::sheet(t, told.panels) {
        sheets.push(sheet(t.say("reach-panels-short"), table, vec![0]));
    }
    sheets.push(sheet(t.say("report-method"), told.about(), vec![1]));
    written(move || ods::ods(&title, language, &sheets)).await
}

/// Makes a file beside the threads that answer.
async fn written(make: impl FnOnce() -> Result<Vec<u8>, String> + Send + 'static) -> Result<Vec<u8>, Error> {
    let made = tokio::task::spawn_blocking(make).await.map_err(Error::unexpected)?;
    made.map_err(|error| Error::unexpected(std::io::Error::other(error)))
}
