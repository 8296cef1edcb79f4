# Reports of a quarter or a year
report-link = Report of a quarter or a year
report-link-hint = To hand on: as a page, a PDF and a table.
report-yearly = Yearly effectiveness report { $year }
report-of-year = Report of the year { $year }
report-of-quarter = Report of { $period }
report-all = { $city }: all institutions
report-choose = Quarter or year
report-pdf = PDF
report-ods = Table (ODS)
report-csv = Data (CSV)
report-period-of = Period: { $first } to { $last }
report-made = Made on { $when }
report-since = Counted since { $when }. What was before is not known.
report-running = The period is not over yet. The figures go up to { $when }.
report-future = The period has not begun yet.
report-uncounted = Nothing was counted for this period.
report-page-of = Page { $n } of { $total }
report-not-known = not known
report-back = Back to reach

report-inputs = Inputs: what did we put in?
report-outputs = Outputs: what did we publish?
report-outtakes = Outtakes: what got through?
report-outcomes = Outcomes: what did people do?
report-impact = Impact: what has changed?
report-learning = Learning: what do we do differently?
report-figures = Figures: { $what }
report-indicator = Indicator
report-truth = How true?
report-n = n
report-stage = Stage
report-unit = Unit
report-definition = Definition

report-text-people = { $n ->
    [one] One person has access to the account today.
   *[other] { $shown } people have access to the account today.
}
report-text-staff = { $n ->
    [one] One person has access to the tool today.
   *[other] { $shown } people have access to the tool today.
}
report-text-cpu = The server computed for at least { $time }, for everything it did.
report-text-no-hours = How much working time that took, the server does not know.
report-text-posts = { $n ->
    [0] No post was published.
    [one] One post was published.
   *[other] { $shown } posts were published.
}
report-text-described = Of { $m } posts with a picture or film, { $share } are fully described or marked as decoration.
report-text-delivered = Other servers accepted posts { $n } times; delivered does not mean read.
report-text-undelivered = Posts did not arrive { $n } times.
report-text-followers = { $n ->
    [one] In the end, one account followed.
   *[other] In the end, { $shown } accounts followed.
}
report-text-new = { $n ->
    [one] At least one account was new.
   *[other] At least { $shown } accounts were new.
}
report-text-views = Our own pages were viewed at least { $n } times.
report-text-clicks = Campaign addresses were opened at least { $n } times.
report-text-reactors = At least { $accounts } accounts reacted to posts, together at least { $n } times.
report-text-nobody = Nobody reacted to posts, as far as we were told.
report-text-answered = { $answered } of { $asked } questions were answered.
report-text-within = In every month, half of the answers took { $time } at most.
report-text-impact = Whether a post made somebody know, understand or do something, no server can measure. Only surveys, the departments or the city's statistics can tell.
report-blank-impact = What has changed? How do you know (survey, statistics, feedback)?
report-text-compared = Compared with { $before }:
report-text-change = { $what }: { $change }
report-text-no-change = Compared with { $before }, none of the indicators has changed.
report-text-incomparable = There is no comparison: this period or the one before was not counted as a whole.
report-blank-learning = What have you decided? What do you do differently?

report-institutions = The institutions
report-institutions-note = In the order of their names, not of success: their tasks differ.
report-moderation = Moderation
report-moderation-note = Reports and decisions on the whole server. More is in the public transparency report: { $address }
report-limits = What cannot be measured
report-limit-impact = What a post brings about. That is why the section “Impact” has no number.
report-method = How it is measured
report-method-n = “n” says of how many cases a number is made. Where there is a dash, it is the number itself.
report-truth-exact = The number comes entirely from our own data.
report-truth-lower-bound = There may be more: some servers do not tell everything, and what arrives after two days is missing.
report-truth-upper-bound = It may be less.
report-truth-estimate = Others tell us, we cannot check it.

report-complete = Complete the report
report-complete-hint = The sentences are prepared from the figures. Change and complete them; the figures stay as they are. The server does not keep your text: it is only in the PDF that you download.
report-complete-pdf = Download the PDF with this text

report-people = People with access
report-cpu-time = Processor time
report-bytes-sent = Data sent
report-described = Pictures described
report-followers-reached = Followers within reach per post
report-reactions = Reactions
report-reactions-per-1000 = Reactions per 1,000 followers
report-questions = Questions to us
report-minutes-to-answer = Time to answer

report-how-people = Who may write, approve or see figures today. How many there were before is not kept.
report-how-cpu-time = Processor time for everything that the server does, measured by the operating system. Only the data centre knows the electricity.
report-how-bytes-sent = Posts that other servers accepted, without encryption and the way there. n: posts that went out.
report-how-posts = Posts that were published, without boosts and direct messages.
report-how-described = Share of the posts with a picture or film of which every picture is described or marked as decoration. n: posts with a picture or film.
report-how-delivered = For each post the servers that accepted it. Delivered does not mean read. n: posts that went out.
report-how-undelivered = For each post the servers that did not accept it in the end. n: posts that went out.
report-how-new-followers = Accounts that began to follow and still did two days later. Who leaves later stays counted.
report-how-followers-reached = Accounts that follow and whose server accepted the post, on average for each post. Nobody knows whether they saw it. n: posts that went out.
report-how-reactions = Favourites, boosts, answers, quotes and votes together. One account may react more than once. What is taken back after two days stays counted.
report-how-reactions-per-1000 = Reactions divided by the accounts that followed in the end, times 1,000. Accounts that do not follow react as well. n: accounts that follow.
report-how-replies = Public answers of others that our server received.
report-how-questions = Every post of others that mentions the account counts as a question.
report-how-answered = Questions that the account answered. n: questions to us.
report-how-minutes-to-answer = In every month, half of the first answers came in this time or faster; the slowest month is told. n: questions answered.
report-megabytes = { $n } megabytes
report-unit-count = Number
report-unit-percent = Percent
report-unit-milliseconds = Milliseconds
report-unit-bytes = Bytes
report-unit-minutes = Minutes
report-minutes = { $n ->
    [one] 1 minute
   *[other] { $shown } minutes
}
report-hours = { $n ->
    [one] 1 hour
   *[other] { $shown } hours
}
report-days = { $n ->
    [one] 1 day
   *[other] { $shown } days
}

# Panels
report-panel-answers = Answers in panel polls
report-how-panel-answers = Answers to polls in which people said something of themselves and that ended in the period. Self-selected: who took part in two counts twice, and of all others they say nothing. n: polls.
report-text-panels = In { $polls } panel polls there were at least { $n } answers; those who answered came forward themselves.
