//! Whom posts reached: for an account, and for all of them.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::Response;
use chrono::{Datelike, NaiveDate};
use http::{StatusCode, header};
use stadtbote_core::actions::reach::{self, Cell, Figures, Part, Whose, figures};
use stadtbote_core::domain::ids::{AccountId, PostId};
use stadtbote_core::domain::period::{Grain, Period};
use stadtbote_core::domain::reach::{DEFINITIONS, Measure, Truth};
use stadtbote_core::domain::text::plain_from_html;
use stadtbote_core::store::{accounts, post_texts, posts, reach_days};
use stadtbote_core::{App, Error};

use super::{Area, bench, bench_for, panels};
use crate::error::OrPage;
use crate::language::{Language, Texts};
use crate::pages::reach::{BarRow, Campaign, GrainLink, MeasureCard, PartRow, ReachPage, Row};
use crate::plot::{self, Drawn};
use crate::public::hashtags::in_path;
use crate::request::{Administrator, Asked, Member};
use crate::respond::{Answer, private_page};
use crate::times;
use crate::views::{Bench, FieldErrors, OptionView};

/// Most characters of a post in a list.
const EXCERPT: usize = 80;
/// How many months, quarters and years can be chosen.
const CHOICES: [usize; 3] = [13, 5, 3];
/// Most panels on the page; all are in the report of the year.
const MOST_PANELS: usize = 8;

/// Shows the reach of an account.
pub(crate) async fn show(State(app): State<App>, member: Member) -> Answer {
    of_account(&app, &member).await.or_page(&app, &member.asked)
}

async fn of_account(app: &App, member: &Member) -> Result<Response, Error> {
    let whose = Whose::Account(member.acting.account.id);
    let bench = bench_for(app, member, Area::Reach).await?;
    let name = member.acting.account.display_name.clone();
    page(app, &member.asked, &whose, bench, Some(name), member.address("/reach")).await
}

/// Shows the reach of all accounts.
pub(crate) async fn show_all(State(app): State<App>, admin: Administrator) -> Answer {
    of_all(&app, &admin).await.or_page(&app, &admin.asked)
}

async fn of_all(app: &App, admin: &Administrator) -> Result<Response, Error> {
    let whose = all(app).await?;
    let bench = bench(app, &admin.asked, &admin.person, Area::ReachOfAll).await?;
    page(app, &admin.asked, &whose, bench, None, ALL.to_owned()).await
}

/// Where the reach of all accounts stands.
pub(crate) const ALL: &str = "/redaktion/reach";

async fn all(app: &App) -> Result<Whose, Error> {
    let ours = accounts::list_ours(app.db()).await?;
    Ok(Whose::All(ours.into_iter().map(|account| account.id).collect()))
}

/// The figures of an account as a table for other programs.
pub(crate) async fn file(State(app): State<App>, member: Member) -> Answer {
    let whose = Whose::Account(member.acting.account.id);
    let name = format!("reach-{}", member.acting.account.username);
    csv(&app, &member.asked, &whose, &name, &About::Everything).await.or_page(&app, &member.asked)
}

/// The figures of all accounts as a table for other programs.
pub(crate) async fn file_of_all(State(app): State<App>, admin: Administrator) -> Answer {
    let made = async { csv(&app, &admin.asked, &all(&app).await?, "reach", &About::Everything).await };
    made.await.or_page(&app, &admin.asked)
}

/// The figures of a campaign of an account as a table for other programs.
pub(crate) async fn file_of_campaign(
    State(app): State<App>,
    Path((_, tag)): Path<(String, String)>,
    member: Member,
) -> Answer {
    let made = async {
        let whose = Whose::Account(member.acting.account.id);
        let name = format!("reach-{}", member.acting.account.username);
        csv(&app, &member.asked, &whose, &name, &About::campaign(&tag)?).await
    };
    made.await.or_page(&app, &member.asked)
}

/// The figures of a campaign of all accounts as a table for other programs.
pub(crate) async fn file_of_campaign_of_all(
    State(app): State<App>,
    Path(tag): Path<String>,
    admin: Administrator,
) -> Answer {
    let made = async { csv(&app, &admin.asked, &all(&app).await?, "reach", &About::campaign(&tag)?).await };
    made.await.or_page(&app, &admin.asked)
}

async fn csv(app: &App, asked: &Asked, whose: &Whose, name: &str, what: &About) -> Result<Response, Error> {
    let period = asked_period(app, asked).await?;
    let told = what.figures(app, whose, period).await?;
    let (tag, name) = match what {
        About::Everything => (None, name.to_owned()),
        About::Campaign(tag) => (Some(tag.as_str()), format!("{name}-{}", in_path(tag))),
    };
    let text = crate::reach_file::csv(&told, tag).map_err(Error::unexpected)?;
    // The name is ASCII, as an address has it: a hashtag may have any letters (RFC 8187).
    let file = format!("attachment; filename*=UTF-8''{name}-{}.csv", period.name());
    let mut response = Response::new(text.into());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, http::HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, http::HeaderValue::from_static("private, no-store"));
    headers
        .insert(header::CONTENT_DISPOSITION, http::HeaderValue::from_str(&file).map_err(Error::unexpected)?);
    Ok(response)
}

/// The period that the address asks for; else the last month that is over, if there is anything of it.
async fn asked_period(app: &App, asked: &Asked) -> Result<Period, Error> {
    if let Some(period) = asked.parameter("period").and_then(|text| Period::parse(&text)) {
        return Ok(period);
    }
    let this = Period::month(app.clock.day(app.clock.now()));
    let first = first_day(app).await?;
    Ok(if first.is_some_and(|first| first < this.first()) { this.previous() } else { this })
}

/// The first day of which anything is known.
pub(crate) async fn first_day(app: &App) -> Result<Option<NaiveDate>, Error> {
    Ok(reach_days::first_day(app.db()).await?.and_then(|day| day.parse().ok()))
}

/// Shows what a campaign of an account reached: the posts with a hashtag, and the addresses that belong to it.
pub(crate) async fn show_campaign(
    State(app): State<App>,
    Path((_, tag)): Path<(String, String)>,
    member: Member,
) -> Answer {
    let shown = async {
        let whose = Whose::Account(member.acting.account.id);
        let bench = bench_for(&app, &member, Area::Reach).await?;
        let name = member.acting.account.display_name.clone();
        let what = About::campaign(&tag)?;
        about(&app, &member.asked, &whose, bench, Some(name), member.address("/reach"), what).await
    };
    shown.await.or_page(&app, &member.asked)
}

/// Shows what a campaign of all accounts reached.
pub(crate) async fn show_campaign_of_all(
    State(app): State<App>,
    Path(tag): Path<String>,
    admin: Administrator,
) -> Answer {
    let shown = async {
        let whose = all(&app).await?;
        let bench = bench(&app, &admin.asked, &admin.person, Area::ReachOfAll).await?;
        about(&app, &admin.asked, &whose, bench, None, ALL.to_owned(), About::campaign(&tag)?).await
    };
    shown.await.or_page(&app, &admin.asked)
}

/// What a page is about.
enum About {
    /// All that an account or the server reached.
    Everything,
    /// What was said with this hashtag, in its comparable form.
    Campaign(String),
}

impl About {
    fn campaign(written: &str) -> Result<About, Error> {
        let tag = reach::campaign_tag(written).ok().flatten();
        tag.map(About::Campaign).ok_or(Error::NotFound("Page"))
    }

    async fn figures(&self, app: &App, whose: &Whose, period: Period) -> Result<Figures, Error> {
        match self {
            About::Everything => figures(app, whose, period).await,
            About::Campaign(tag) => reach::campaign(app, whose, tag, period).await,
        }
    }

    /// Figures of another period to compare those with.
    async fn figures_to_compare(&self, app: &App, whose: &Whose, period: Period) -> Result<Figures, Error> {
        match self {
            About::Everything => reach::whole_figures(app, whose, period).await,
            About::Campaign(tag) => reach::campaign(app, whose, tag, period).await,
        }
    }
}

async fn page(
    app: &App,
    asked: &Asked,
    whose: &Whose,
    bench: Bench,
    name: Option<String>,
    here: String,
) -> Result<Response, Error> {
    about(app, asked, whose, bench, name, here, About::Everything).await
}

/// `whole`: where the page of the account or server stands.
async fn about(
    app: &App,
    asked: &Asked,
    whose: &Whose,
    bench: Bench,
    name: Option<String>,
    whole: String,
    what: About,
) -> Result<Response, Error> {
    let t = asked.t;
    let name_in_path = whole.strip_prefix("/redaktion/@").and_then(|rest| rest.split('/').next());
    let period = asked_period(app, asked).await?;
    let now = what.figures(app, whose, period).await?;
    let today = app.clock.day(app.clock.now());
    let is_over = period.until() <= today;
    let first = first_day(app).await?.unwrap_or(today);
    let earlier = |is_asked: bool, earlier: Period| (is_asked && earlier.until() > first).then_some(earlier);
    let then = match earlier(true, period.previous()) {
        Some(period) => Some(what.figures_to_compare(app, whose, period).await?),
        None => None,
    };
    // Of a year the one before is both.
    let year_ago = match earlier(period.months() < 12, period.year_before()) {
        Some(period) => Some(what.figures_to_compare(app, whose, period).await?),
        None => None,
    };
    let grain = asked.parameter("grain");
    let grain = Grain::list(period).iter().copied().find(|one| Some(one.name()) == grain.as_deref());
    let grain = grain.unwrap_or_else(|| Grain::usual(period));
    let told = Told { t, now: &now, then: then.as_ref(), year_ago: year_ago.as_ref(), is_over, grain };
    let asked_people = match &what {
        About::Everything => reach::panels(app, whose, period.year_until(), period).await?,
        About::Campaign(_) => vec![],
    };
    let shown_panels = asked_people.get(..MOST_PANELS).unwrap_or(&asked_people);
    let (here, title, answer, shown) = match &what {
        About::Everything => {
            (whole.clone(), t.with("reach-title", "period", told.name(period)), told.answer(), SHOWN)
        }
        About::Campaign(tag) => (
            format!("{whole}/campaigns/{}", in_path(tag)),
            t.with_two("reach-campaign-title", "tag", format!("#{tag}"), "period", told.name(period)),
            told.answer_of_campaign(tag),
            SHOWN_OF_CAMPAIGN,
        ),
    };
    let campaign = match &what {
        About::Everything => None,
        About::Campaign(tag) => Some(Campaign {
            tag: format!("#{tag}"),
            back: format!("{whole}?period={}", period.name()),
            has_quiet_links: now.amount(Measure::Clicks).is_none()
                && reach::has_links(app, whose, tag).await?,
        }),
    };
    let content = ReachPage {
        t,
        shell: asked.shell(app, &title, true),
        bench,
        errors: FieldErrors::default(),
        name,
        campaign,
        file: match &what {
            About::Everything => format!("{whole}.csv?period={}", period.name()),
            About::Campaign(_) => format!("{here}/reach.csv?period={}", period.name()),
        },
        grains: told.grains(&here),
        panels: panels::views(app, t, shown_panels, name_in_path.is_none()).await?,
        report: format!("{whole}/report?period={}", quarter_or_year(period).name()),
        here: here.clone(),
        periods: choices(t, period, first, today, CHOICES),
        is_empty: now.amounts.values().all(|amount| *amount == 0) && shown_panels.is_empty(),
        answer,
        measures: told.measures(shown),
        chart: told.chart(),
        chart_caption: told.chart_caption(),
        chart_summary: told.chart_summary(),
        days: told.days(),
        period: told.name(period),
        name_now: told.short(period),
        before: told.then.map(|then| told.name(then.period)),
        name_before: told.then.map(|then| told.short(then.period)),
        name_year_ago: told.year_ago.map(|then| told.name(then.period)),
        is_over,
        rows: told.rows(),
        reactors: told.bars(&now.reactors_by_host, now.amount(Measure::Reactors)),
        hours: told.hours(),
        hours_n: now.hours.map(|hours| told.number(hours.iter().sum())).unwrap_or_default(),
        energy: told.energy(),
        followers_told: now
            .followers_told
            .map_or_else(String::new, |month| t.with("reach-told", "period", told.name(month))),
        followers: told.bars(&now.followers_by_host, None),
        software: told.bars(&now.followers_by_software, None),
        accounts: account_rows(app, t, &now.accounts, then.as_ref(), period).await?,
        posts: post_rows(app, t, &now.posts, |post| match name_in_path {
            Some(account) => format!("/redaktion/@{account}/reach/posts/{}", post.id),
            None => post.url.clone(),
        })
        .await?,
        tags: told.parts(&now.tags, |name| {
            let href = format!("{whole}/campaigns/{}?period={}", in_path(name), period.name());
            (format!("#{name}"), Some(href))
        }),
        languages: told.parts(&now.languages, |tag| (language_name(t, tag), None)),
        floor: t.number(u64::from(app.config.reach_floor)),
        version: DEFINITIONS.to_string(),
    };
    Ok(private_page(StatusCode::OK, asked, &content))
}

/// What can be chosen: so many months, quarters and years, as far as something is known.
pub(crate) fn choices(
    t: Texts,
    chosen: Period,
    first: NaiveDate,
    today: NaiveDate,
    most: [usize; 3],
) -> Vec<OptionView> {
    let mut periods = Vec::new();
    for (begin, most) in
        [Period::month(today), Period::quarter(today), Period::year(today)].into_iter().zip(most)
    {
        let mut period = begin;
        for _ in 0..most {
            if period.until() > first {
                periods.push(period);
            }
            period = period.previous();
        }
    }
    if !periods.contains(&chosen) {
        periods.insert(0, chosen);
    }
    let option = |period: Period| OptionView {
        value: period.name(),
        label: period_name(t, period),
        hint: String::new(),
        chosen: period == chosen,
    };
    periods.into_iter().map(option).collect()
}

/// `Oktober 2026`, `3. Quartal 2026`, `Jahr 2026`.
pub(crate) fn period_name(t: Texts, period: Period) -> String {
    let year = period.first().year().to_string();
    match period.months() {
        12 => t.with("period-year", "year", year),
        3 => {
            let quarter = (period.first().month0() / 3 + 1).to_string();
            t.with_two("period-quarter", "quarter", quarter, "year", year)
        }
        _ => times::month_of(t, period.first()),
    }
}

/// What there are reports of.
pub(crate) fn quarter_or_year(period: Period) -> Period {
    if period.months() == 1 { Period::quarter(period.first()) } else { period }
}

/// The figures of a period beside those of the one before, in words.
struct Told<'a> {
    t: Texts,
    now: &'a Figures,
    /// Those of before, if anything was known then.
    then: Option<&'a Figures>,
    /// Those of a year earlier, if anything was known then.
    year_ago: Option<&'a Figures>,
    is_over: bool,
    /// How fine the plot is.
    grain: Grain,
}

/// The numbers that are told one by one.
const SHOWN: &[Measure] = &[
    Measure::Reactors,
    Measure::Followers,
    Measure::FollowersReached,
    Measure::Delivered,
    Measure::Views,
    Measure::Clicks,
    Measure::FeedReaders,
];
/// The same of a campaign.
const SHOWN_OF_CAMPAIGN: &[Measure] = &[
    Measure::Favourites,
    Measure::Boosts,
    Measure::Replies,
    Measure::Quotes,
    Measure::Votes,
    Measure::FollowersReached,
    Measure::Delivered,
    Measure::Clicks,
];

impl Told<'_> {
    fn name(&self, period: Period) -> String {
        period_name(self.t, period)
    }

    fn number(&self, amount: i64) -> String {
        self.t.number(amount.max(0).unsigned_abs())
    }

    /// The answer to the question whom it reached, as pieces of which every second one is stressed.
    fn answer(&self) -> Vec<String> {
        let t = self.t;
        let period = self.name(self.now.period);
        let reactors = self.now.amount(Measure::Reactors).unwrap_or_default();
        let mut text = match reactors {
            0 => t.with("reach-answer-none", "period", period),
            _ => t.with_two("reach-answer", "period", period, "n", self.number(reactors)),
        };
        if let Some(change) = self.change_in_words(Measure::Reactors).filter(|_| reactors > 0) {
            text.push_str(&change);
        }
        text.push_str(". ");
        let asked = self.now.amount(Measure::Questions).unwrap_or_default();
        if asked > 0 {
            let answered = self.now.amount(Measure::Answered).unwrap_or_default();
            text.push_str(&t.with_two(
                "reach-answered",
                "answered",
                self.number(answered),
                "asked",
                self.number(asked),
            ));
            if let Some(minutes) = self.now.amount(Measure::MinutesToAnswer) {
                text.push_str(&t.with("reach-answer-time", "time", duration(t, minutes)));
            }
            text.push('.');
        }
        if !self.is_over {
            text.push(' ');
            text.push_str(&t.say("reach-not-over"));
        }
        text.split('*').map(str::to_owned).collect()
    }

    /// What a campaign reached, as pieces of which every second one is stressed.
    fn answer_of_campaign(&self, tag: &str) -> Vec<String> {
        let t = self.t;
        let (tag, period) = (format!("#{tag}"), self.name(self.now.period));
        let reactions = self.now.reactions();
        let mut text = match reactions {
            0 => t.with_two("reach-campaign-none", "tag", tag, "period", period),
            _ => {
                t.with_two("reach-campaign-answer", "period", period, "n", self.number(reactions))
                    + " "
                    + &tag
            }
        };
        if reactions > 0 {
            let reactions = |figures: &Figures| Some(figures.reactions());
            text.push_str(&self.change_from(self.then, reactions).unwrap_or_default());
            text.push_str(&self.change_from(self.year_ago, reactions).unwrap_or_default());
        }
        text.push('.');
        if let Some(clicks) = self.now.amount(Measure::Clicks) {
            text.push(' ');
            text.push_str(&t.with("reach-campaign-clicks", "n", self.number(clicks)));
        }
        if !self.is_over {
            text.push(' ');
            text.push_str(&t.say("reach-not-over"));
        }
        text.split('*').map(str::to_owned).collect()
    }

    /// How much more or less there is than before, where the periods can be compared.
    fn change_in_words(&self, measure: Measure) -> Option<String> {
        self.change_from(self.then, |figures| figures.amount(measure))
    }

    fn change_from(
        &self,
        then: Option<&Figures>,
        amount: impl Fn(&Figures) -> Option<i64>,
    ) -> Option<String> {
        let then = then.filter(|_| self.is_over)?;
        let (now, before) = (amount(self.now)?, amount(then).filter(|amount| *amount > 0)?);
        let name = self.name(then.period);
        let key = match now.cmp(&before) {
            std::cmp::Ordering::Equal => return Some(self.t.with("reach-as-many", "period", name)),
            std::cmp::Ordering::Greater => "reach-more",
            std::cmp::Ordering::Less => "reach-fewer",
        };
        let change = (now - before).abs();
        // A percentage of few says more than there is.
        let much = match before < 20 {
            true => self.number(change),
            false => self.t.with("percent", "n", self.number(change * 100 / before)),
        };
        Some(self.t.with_two(key, "much", much, "period", name))
    }

    fn measures(&self, shown: &[Measure]) -> Vec<MeasureCard> {
        let card = |measure, value, note| card(self.t, measure, value, note);
        let before = |measure: Measure| {
            let then = self.then.and_then(|then| Some((then.period, then.amount(measure)?)));
            then.map_or_else(String::new, |(period, amount)| {
                format!("{}: {}", self.name(period), self.number(amount))
            })
        };
        let mut cards = Vec::new();
        for measure in shown.iter().copied() {
            let Some(amount) = self.now.amount(measure) else { continue };
            let sent = self.now.amount(Measure::Sent).unwrap_or_default().max(1);
            match measure {
                Measure::Followers => {
                    let new = self.now.amount(Measure::NewFollowers).unwrap_or_default();
                    let mut note = self.t.with("reach-new-followers", "n", self.number(new));
                    if let Some(lost) = self.now.amount(Measure::LostFollowers) {
                        note.push_str(&self.t.with("reach-lost-followers", "n", self.number(lost)));
                    }
                    cards.push(card(measure, self.number(amount), note));
                }
                // A sum over posts would count each server as often as there were posts.
                Measure::Delivered | Measure::FollowersReached => {
                    let note = self.t.say("reach-for-each-post");
                    cards.push(card(measure, self.number(amount / sent), note));
                }
                _ => cards.push(card(measure, self.number(amount), before(measure))),
            }
        }
        if let Some(here) = self.now.followers_here {
            let t = self.t;
            cards.push(MeasureCard {
                heading: t.say("measure-followers-here"),
                how: t.say("how-followers-here"),
                ..card(Measure::Reactors, self.number(here), String::new())
            });
        }
        cards
    }

    fn chart(&self) -> plot::Lines {
        let (now, then) = (by_place(self.now, self.grain), self.then.map(|then| by_place(then, self.grain)));
        let parts = self.grain.parts(self.now.period);
        let peak = |place: usize, number: i64| {
            let when = self.place_name(place);
            self.t.with_two("reach-peak", "n", self.number(number), "when", when)
        };
        let places = parts.len();
        let every = match self.grain {
            Grain::Day => places.div_euclid(4).max(7),
            Grain::Week => places.div_euclid(4).max(1),
            Grain::Month => 1,
        };
        plot::lines(&Drawn {
            now: &now,
            then: then.as_deref(),
            places,
            ticks: parts
                .iter()
                .enumerate()
                .step_by(every)
                .map(|(place, day)| (place, self.tick(*day)))
                .collect(),
            name_now: self.short(self.now.period),
            name_then: self.then.map(|then| self.short(then.period)).unwrap_or_default(),
            peak: &peak,
        })
    }

    /// The choices of how fine the plot is; none, where there is only one.
    fn grains(&self, here: &str) -> Vec<GrainLink> {
        let period = self.now.period;
        let grains = Some(Grain::list(period)).filter(|grains| grains.len() > 1);
        let link = |grain: &Grain| GrainLink {
            name: self.t.say(&format!("grain-{}", grain.name())),
            href: format!("{here}?period={}&grain={}#ch", period.name(), grain.name()),
            chosen: *grain == self.grain,
        };
        grains.into_iter().flatten().map(link).collect()
    }

    /// The name of a part of the period.
    fn place_name(&self, place: usize) -> String {
        let Some(first) = self.grain.parts(self.now.period).get(place).copied() else { return String::new() };
        match self.grain {
            Grain::Day => times::day_of(self.t, first),
            Grain::Week => self.t.with("reach-week", "day", times::day_of(self.t, first)),
            Grain::Month => self.name(Period::month(first)),
        }
    }

    fn tick(&self, day: NaiveDate) -> String {
        let month = times::month_name(self.t, day).chars().take(3).collect::<String>();
        let shown = match (self.grain, self.t.language()) {
            (Grain::Month, _) => return month,
            (_, Language::German) => format!("{}.", day.day()),
            (_, Language::English) => day.day().to_string(),
        };
        if self.now.period.months() == 1 { shown } else { format!("{shown} {month}") }
    }

    /// The name of a period beside its line: without the year, where there is room for little.
    fn short(&self, period: Period) -> String {
        match period.months() {
            12 => period.first().year().to_string(),
            3 => period.name().rsplit('-').next().unwrap_or_default().to_uppercase(),
            _ => times::month_name(self.t, period.first()).to_owned(),
        }
    }

    fn chart_caption(&self) -> String {
        self.t.with_two(
            "reach-reactions-sum",
            "now",
            self.number(self.now.reactions()),
            "period",
            self.name(self.now.period),
        )
    }

    /// What the chart shows, for those who do not see it.
    fn chart_summary(&self) -> String {
        let now = by_place(self.now, self.grain);
        let (low, high) = (now.iter().min().copied().unwrap_or(0), now.iter().max().copied().unwrap_or(0));
        let place = now.iter().position(|number| *number == high).unwrap_or(0);
        let when = self.place_name(place);
        let range = self.t.with_two("reach-range", "low", self.number(low), "high", self.number(high));
        format!("{range} {}", self.t.with("reach-highest", "when", when))
    }

    /// The chart as a table.
    fn days(&self) -> Vec<Row> {
        let now = by_place(self.now, self.grain);
        let then = self.then.map(|then| by_place(then, self.grain)).unwrap_or_default();
        let row = |(place, amount): (usize, &i64)| Row {
            name: self.place_name(place),
            before: then.get(place).map_or_else(|| "–".to_owned(), |amount| self.number(*amount)),
            year_ago: String::new(),
            now: self.number(*amount),
            change: String::new(),
        };
        now.iter().enumerate().map(row).collect()
    }

    /// The comparison with the time before.
    fn rows(&self) -> Vec<Row> {
        let of = |figures: &Figures, measure: Measure| figures.amount(measure).unwrap_or_default();
        let plain = [
            Measure::Posts,
            Measure::Boosts,
            Measure::Favourites,
            Measure::Replies,
            Measure::Quotes,
            Measure::Votes,
            Measure::NewFollowers,
            Measure::LostFollowers,
            Measure::Delivered,
            Measure::Undelivered,
            Measure::Clicks,
        ];
        let mut rows = Vec::new();
        for measure in plain {
            let (now, then) = (of(self.now, measure), self.then.map(|then| of(then, measure)));
            if now == 0 && then.unwrap_or_default() == 0 {
                continue;
            }
            rows.push(Row {
                year_ago: self.year_ago.map_or_else(String::new, |then| self.number(of(then, measure))),
                name: self.t.say(&format!("measure-{}", key(measure))),
                before: then.map_or_else(|| "–".to_owned(), |amount| self.number(amount)),
                now: self.number(now),
                change: then
                    .filter(|_| self.is_over)
                    .map_or_else(String::new, |then| self.signed(now - then)),
            });
        }
        let described = |figures: &Figures| {
            let with_media = of(figures, Measure::WithMedia);
            (with_media > 0).then(|| of(figures, Measure::Described) * 100 / with_media)
        };
        if let Some(now) = described(self.now) {
            let percent = |share: i64| self.t.with("percent", "n", self.number(share));
            let then = self.then.and_then(described);
            let change = then.filter(|_| self.is_over).map(|then| self.signed(now - then));
            rows.insert(
                1.min(rows.len()),
                Row {
                    name: self.t.say("measure-described"),
                    year_ago: self.year_ago.and_then(described).map_or_else(|| "–".to_owned(), percent),
                    before: then.map_or_else(|| "–".to_owned(), percent),
                    now: percent(now),
                    change: change
                        .map_or_else(String::new, |change| self.t.with("reach-points", "n", change)),
                },
            );
        }
        let answered = |figures: &Figures| {
            let asked = of(figures, Measure::Questions);
            let answered = of(figures, Measure::Answered);
            (asked > 0)
                .then(|| self.t.with_two("n-of-m", "n", self.number(answered), "m", self.number(asked)))
        };
        if let Some(now) = answered(self.now) {
            rows.push(Row {
                name: self.t.say("measure-answered"),
                year_ago: self.year_ago.and_then(answered).unwrap_or_else(|| "–".to_owned()),
                before: self.then.and_then(answered).unwrap_or_else(|| "–".to_owned()),
                now,
                change: String::new(),
            });
        }
        rows
    }

    fn signed(&self, change: i64) -> String {
        match change {
            0 => self.t.say("reach-same"),
            1.. => format!("+ {}", self.number(change)),
            _ => format!("− {}", self.t.number(change.unsigned_abs())),
        }
    }

    /// Bars; where the total is known, with what is not told of.
    fn bars(&self, cells: &[Cell], total: Option<i64>) -> Vec<BarRow> {
        /// Most bars; the rest is in the file.
        const MOST: usize = 12;
        let longest = cells.iter().map(|cell| cell.amount).max().unwrap_or(0);
        let bar = |name: String, amount: i64, shown: String| BarRow {
            name,
            share: plot::share(amount, longest),
            amount: shown,
        };
        let mut rows: Vec<BarRow> = cells
            .iter()
            .take(MOST)
            .map(|cell| bar(cell.name.clone(), cell.amount, self.number(cell.amount)))
            .collect();
        if let Some(total) = total.filter(|_| !rows.is_empty()) {
            let rest = total - cells.iter().take(MOST).map(|cell| cell.amount).sum::<i64>();
            if rest > 0 {
                rows.push(bar(self.t.say("reach-rest"), rest, format!("≤ {}", self.number(rest))));
            }
        }
        rows
    }

    /// Reactions by the hour of the day.
    fn hours(&self) -> Vec<BarRow> {
        let Some(hours) = self.now.hours else { return vec![] };
        let longest = hours.iter().copied().max().unwrap_or(0);
        let row = |(hour, amount): (usize, &i64)| BarRow {
            name: self.t.with_two("reach-hour", "from", hour.to_string(), "to", (hour + 1).to_string()),
            share: plot::share(*amount, longest),
            amount: self.number(*amount),
        };
        hours.iter().enumerate().map(row).collect()
    }

    /// What the server's work costs for each post; of the whole server alone.
    fn energy(&self) -> Vec<Row> {
        let of = |figures: &Figures, measure: Measure| figures.amount(measure).unwrap_or_default();
        let shown = |figures: &Figures| {
            let (cpu, sent) = (of(figures, Measure::CpuTime), of(figures, Measure::Sent));
            let (bytes, reached) = (of(figures, Measure::BytesSent), of(figures, Measure::FollowersReached));
            (cpu > 0 && sent > 0).then(|| {
                [
                    self.t.with("reach-seconds", "n", self.tenths(cpu / 100)),
                    self.t.with("reach-seconds", "n", self.tenths(cpu / 100 / sent)),
                    self.t.with("reach-milliseconds", "n", self.tenths(cpu * 10 / reached.max(1))),
                    self.t.with("reach-kilobytes", "n", self.tenths(bytes / 100 / sent)),
                    self.t.with("reach-bytes", "n", self.number(bytes / reached.max(1))),
                ]
            })
        };
        let Some(now) = shown(self.now) else { return vec![] };
        let then = self.then.and_then(shown);
        let names = [
            "reach-cpu",
            "reach-cpu-for-each-post",
            "reach-cpu-for-each-follower",
            "reach-kilobytes-for-each-post",
            "reach-bytes-for-each-follower",
        ];
        let row = |(place, name): (usize, &str)| Row {
            name: self.t.say(name),
            year_ago: String::new(),
            before: then.as_ref().map_or_else(|| "–".to_owned(), |then| then[place].clone()),
            now: now[place].clone(),
            change: String::new(),
        };
        names.into_iter().enumerate().map(row).collect()
    }

    /// A number that was counted in tenths.
    fn tenths(&self, tenths: i64) -> String {
        let separator = if self.t.language() == Language::German { ',' } else { '.' };
        format!("{}{separator}{}", self.number(tenths / 10), tenths % 10)
    }

    /// `name`: what a part is called, and where its page is.
    fn parts(&self, parts: &[Part], name: impl Fn(&str) -> (String, Option<String>)) -> Vec<PartRow> {
        let row = |part: &Part| {
            let (name, href) = name(&part.name);
            let numbers = vec![self.number(part.amount(Measure::Posts)), self.number(part.reactions())];
            PartRow { name, href, lang: None, numbers }
        };
        parts.iter().map(row).collect()
    }
}

/// A number with what it is worth.
pub(crate) fn card(t: Texts, measure: Measure, value: String, note: String) -> MeasureCard {
    MeasureCard {
        heading: t.say(&format!("measure-{}", key(measure))),
        value,
        truth: t.say(&format!("truth-{}", key_of_truth(measure.truth()))),
        sign: sign(measure.truth()),
        exact: measure.truth() == Truth::Exact,
        note,
        how: t.say(&format!("how-{}", key(measure))),
    }
}

/// The beginning of a post, or that it has no text.
pub(crate) async fn excerpt_of(app: &App, t: Texts, post: &posts::Model) -> Result<String, Error> {
    let texts = post_texts::list_of_posts(app.db(), vec![post.id]).await?;
    Ok(excerpt_among(t, post, &texts))
}

pub(crate) fn excerpt_among(t: Texts, post: &posts::Model, texts: &[post_texts::Model]) -> String {
    let text = texts.iter().find(|text| text.post_id == post.id && text.is_main);
    let shown = text.map_or_else(String::new, |text| match text.warning.is_empty() {
        true => plain_from_html(&text.html),
        false => text.warning.clone(),
    });
    excerpt(&shown).unwrap_or_else(|| t.say("post-without-text"))
}

/// Reactions of each part of the period that has begun.
fn by_place(figures: &Figures, grain: Grain) -> Vec<i64> {
    let mut places: Vec<i64> = Vec::new();
    for day in &figures.days {
        let place = grain.place(figures.period, day.day);
        places.resize(places.len().max(place + 1), 0);
        places[place] += day.reactions;
    }
    places
}

async fn account_rows(
    app: &App,
    t: Texts,
    parts: &[Part],
    then: Option<&Figures>,
    period: Period,
) -> Result<Vec<PartRow>, Error> {
    if parts.is_empty() {
        return Ok(vec![]);
    }
    let ids: Vec<AccountId> = parts.iter().filter_map(|part| part.name.parse().ok()).collect();
    let known: HashMap<String, accounts::Model> = accounts::list_by_ids(app.db(), ids)
        .await?
        .into_iter()
        .map(|account| (account.id.to_string(), account))
        .collect();
    let number = |amount: i64| t.number(amount.max(0).unsigned_abs());
    let before = |part: &Part| {
        let then = then?.accounts.iter().find(|earlier| earlier.name == part.name)?;
        Some(then.reactions())
    };
    let row = |part: &Part| {
        let account = known.get(&part.name)?;
        Some(PartRow {
            name: account.display_name.clone(),
            href: Some(format!("/redaktion/@{}/reach?period={}", account.username, period.name())),
            lang: None,
            numbers: vec![
                number(part.amount(Measure::Posts)),
                part.amounts
                    .get(&Measure::Followers)
                    .map_or_else(|| "–".to_owned(), |amount| number(*amount)),
                before(part).map_or_else(|| "–".to_owned(), number),
                number(part.reactions()),
                number(part.amount(Measure::Reactors)),
                part.amounts
                    .get(&Measure::MinutesToAnswer)
                    .map_or_else(|| "–".to_owned(), |minutes| duration(t, *minutes)),
            ],
        })
    };
    Ok(parts.iter().filter_map(row).collect())
}

async fn post_rows(
    app: &App,
    t: Texts,
    parts: &[Part],
    address: impl Fn(&posts::Model) -> String,
) -> Result<Vec<PartRow>, Error> {
    let ids: Vec<PostId> = parts.iter().filter_map(|part| part.name.parse().ok()).collect();
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let known = posts::list_any(app.db(), ids.clone()).await?;
    let texts = post_texts::list_of_posts(app.db(), ids).await?;
    let number = |amount: i64| t.number(amount.max(0).unsigned_abs());
    let row = |part: &Part| {
        let post = known.iter().find(|post| post.id.to_string() == part.name)?;
        Some(PartRow {
            name: excerpt_among(t, post, &texts),
            href: Some(address(post)),
            lang: post.language.clone(),
            numbers: vec![
                number(part.reactions()),
                // How a post went out is not known for ever.
                part.amounts
                    .get(&Measure::Delivered)
                    .map_or_else(|| "–".to_owned(), |amount| number(*amount)),
                part.amounts
                    .get(&Measure::FollowersReached)
                    .map_or_else(|| "–".to_owned(), |amount| number(*amount)),
            ],
        })
    };
    Ok(parts.iter().filter_map(row).collect())
}

/// The beginning of a text, on one line; nothing, if it has none.
fn excerpt(text: &str) -> Option<String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = line.chars().take(EXCERPT).collect();
    match line.is_empty() {
        true => None,
        false if short.len() < line.len() => Some(format!("{}…", short.trim_end())),
        false => Some(short),
    }
}

fn language_name(t: Texts, tag: &str) -> String {
    crate::languages::name(t, tag).unwrap_or(tag).to_owned()
}

/// `4 Stunden`, `3 Tage`, `12 Minuten`.
fn duration(t: Texts, minutes: i64) -> String {
    let minutes = minutes.max(0).unsigned_abs();
    match minutes {
        0..=89 => t.count("minutes", minutes),
        90..=2879 => t.count("hours", (minutes + 30) / 60),
        _ => t.count("days", (minutes + 720) / 1440),
    }
}

fn key(measure: Measure) -> String {
    measure.name().replace('_', "-")
}

/// The end of the messages of a level of truth.
pub(crate) fn key_of_truth(truth: Truth) -> String {
    truth.name().replace('_', "-")
}

/// A level of truth as a sign.
pub(crate) fn sign(truth: Truth) -> &'static str {
    match truth {
        Truth::Exact => "=",
        Truth::AtLeast => "≥",
        Truth::AtMost => "≤",
        Truth::Estimate => "≈",
    }
}
