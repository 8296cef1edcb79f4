nav-reach = Reach
reach-title = Reach: { $period }
reach-of-all = All institutions
reach-period = Period
reach-show = Show
period-quarter = Q{ $quarter } { $year }
period-year = { $year }
reach-in-short = In short
reach-answer = In { $period }, *at least { $n } accounts* reacted to posts: they answered, shared, quoted, voted or liked
reach-answer-none = In { $period }, *no account* reacted to posts
reach-more = , { $much } more than in { $period }
reach-fewer = , { $much } fewer than in { $period }
reach-as-many = , as many as in { $period }
reach-answered = { $answered } of { $asked } questions were answered
reach-answer-time = , half of them *within { $time }*
reach-not-over = The period is not over yet.
reach-not-measurable = How many people have only read can’t be measured.
reach-limits-link = What we measure and what not
reach-empty = Nothing is counted yet for { $period }
reach-empty-hint = We count every hour. Where people are is shown when a month is over.
reach-numbers = The numbers
reach-how = How is it measured?
reach-reactions = Reactions
reach-reactions-head = Reactions
reach-reactions-sum = An account may react more than once. { $period }: { $now }
reach-chart = Line chart
reach-as-table = As a table
reach-when = When
reach-peak = { $n }: { $when }
reach-range = Between { $low } and { $high }.
reach-highest = Most: { $when }.
reach-share = Share
reach-amount = Number
reach-server = Server
reach-software = Software
reach-reactors-by-host = From which servers did people react?
reach-followers-by-host = On which servers are followers?
reach-followers-by-software = With which software do followers read?
reach-floor = We do not name small groups, and larger ones only in steps of { $n }, so that nobody can be recognised.
reach-rest = Smaller groups and what was rounded off
reach-comparison = Comparison
reach-compared = { $now } compared with { $before }
reach-what = What
reach-change = Change
reach-same = same
reach-points = { $n } points
percent = { $n }%
n-of-m = { $n } of { $m }
reach-accounts = Accounts
reach-account = Account
reach-posts = Posts with most reactions
reach-post = Post
reach-tags = Campaigns
reach-tag = Hashtag
reach-languages = Languages
reach-new-followers = of them new: { $n }
reach-for-each-post = on average for each post
post-without-text = Post without text
reach-limits = What we measure and what not
reach-limit-read = How many people see a post on other servers nobody tells us. We do not guess it either.
reach-limit-exact = “Exact” means that the number comes from our own data alone.
reach-limit-at-least = “At least” means that some servers do not tell everything. What is taken back after two days stays counted; what comes later is missed.
reach-limit-floor = Numbers about servers and software are told once a month at most, never for fewer than { $n } accounts, and rounded.
reach-limit-residents = Whether somebody lives in the city, or how old somebody is, we do not know and do not find out in secret. You can ask openly, with a panel poll; then those answer who want to.
reach-version = Version of the definitions: { $n }
reach-hand-on = Hand on
reach-hand-on-hint = The file holds period, method and level of truth. No names of people.
reach-csv = Data (CSV)

truth-exact = exact
truth-lower-bound = at least
truth-upper-bound = at most
truth-estimate = estimated

measure-posts = Posts
measure-described = with pictures described
measure-favourites = Likes
measure-boosts = Shares
measure-replies = Answers
measure-quotes = Quotes
measure-votes = Votes
measure-new-followers = New followers
measure-delivered = Delivered to servers
measure-undelivered = Not delivered
measure-followers-reached = Followers on these servers
measure-followers = Accounts that follow
measure-views = Views of our pages
measure-clicks = Visits by campaign addresses
measure-feed-readers = Read by feed
measure-reactors = Accounts that reacted
measure-answered = Questions answered

how-reactors = Each account counts once; of several months, the strongest one is told. Some servers do not tell us of reactions, so the number can only be higher.
how-followers = On the last day of the period that was counted, from our own list. For all institutions together, who follows two counts twice.
how-delivered = Servers that accepted the post. Delivered does not mean read.
how-followers-reached = Accounts that follow and whose server accepted the post. Whether they saw it nobody knows.
how-views = Counted on our pages, without programs that say what they are. Nobody is recognised; who comes twice counts twice.
how-clicks = Counted when a browser opens the address. Servers that fetch a preview do not count.
how-feed-readers = From what services say that fetch the feed for many. It may be off by about 20%.

# Campaign addresses
nav-links = Campaigns
links-title = Campaigns
links-lead = A short address for each poster, school or line. So you see which place is read without watching anyone.
links-all = All addresses
links-none = No address yet. Make the first.
links-sum = Opened { $n } times in all. Browsers are counted, previews are not. Single places are told when a month is over, if there were more than { $floor }, in steps of { $floor }. Who comes twice counts twice.
link-clicks = times opened
link-few = nothing to tell yet
link-ended = ended
link-leads-to = Leads to { $target }
link-svg = QR code (SVG)
link-png = QR code (PNG)
link-end = End
link-end-hint = Who opens the address then sees that it is no more. Printed posters can’t be changed.
link-end-now = End now
link-new = New address
link-label = Place
link-label-hint = Where the address stands, for example “Poster at the main station”.
link-target = Target
link-target-hint = The page that it leads to, with https://
link-create = Make address
link-label-wrong = Name the place, with 100 characters at most.
link-target-wrong = Write an address that begins with https://
notice-link-created = The address is there.
notice-link-ended = The address has ended.

# One post
reach-post-title = Reach of a post
reach-post-answer = *Accepted by { $servers } servers*, with at least *{ $followers } followers* behind them
reach-post-failed = { $n ->
    [one] ; one server did not accept it
   *[other] ; { $shown } servers did not accept it
}
reach-post-unknown = How the post went out is kept for some weeks only.
reach-post-none = Nobody has reacted so far.
how-favourites = Counted when another server tells us. Not all do.
how-boosts = Counted when somebody shares it and their server tells us.
how-replies = Public answers; several of one account count once.
how-quotes = Quotes that were allowed.
how-votes = Accounts that voted.
measure-followers-here = Followers on servers of the region
how-followers-here = Followers on the servers that the administrators named as regional, at the end of the last whole month. Many people from here are on other servers, and others are on those from here.

# Hours and energy
reach-hours = Reactions by the hour of the day
reach-n = { $n } reactions
reach-hour = { $from } to { $to } o’clock
reach-hours-hint = From 20 reactions on, else chance would look like a rule. When your posts came out has its part in the picture.
reach-energy = Energy
reach-energy-hint = Processor time of the server for all that it does, as the operating system measures it, shared out among the posts that went out. Bytes without encryption and what the way costs. Only your data centre knows the power.
reach-seconds = { $n } seconds
reach-milliseconds = { $n } milliseconds
reach-kilobytes = { $n } kilobytes
reach-bytes = { $n } bytes
reach-cpu = Processor time
reach-cpu-for-each-post = Processor time for each post
reach-cpu-for-each-follower = Processor time for each account reached
reach-kilobytes-for-each-post = Sent for each post
reach-bytes-for-each-follower = Sent for each account reached

# A campaign
reach-campaign-title = { $tag }: { $period }
reach-campaign-answer = In { $period } there were *at least { $n } reactions* to posts with
reach-campaign-none = In { $period } *nobody* reacted to posts with { $tag }
reach-campaign-clicks = Its addresses were opened *at least { $n } times*.
reach-campaign-quiet = How often the addresses of the campaign were opened is told when the month is over, and only for places with more than { $n } openings.
reach-lost-followers = ; gone: { $n }
reach-told = As of the end of { $period }. It is told again when enough accounts have come or gone.
reach-reactions-before = Reactions before
reach-answer-half = Time to answer
reach-followers-head = Followers
reach-reactors-head = Reacted
measure-lost-followers = Followers gone
link-tag = Campaign
link-tag-hint = The hashtag of the posts that the address belongs to, for example “cityfest”.
link-tag-wrong = Write one hashtag, without spaces.

# Panels
reach-panels = Target groups: what those asked say of themselves
reach-panels-short = Panel polls
reach-panels-lead = Self-selected: only those who wanted to take part are counted. Of all others a poll says nothing.
reach-panel-kind = { $kind }, ended on { $when }
reach-panel-n = n = { $n } answers
reach-panel-question = Poll
reach-panel-answers = Answers of the poll
reach-panel-answer = Answer
reach-panel-votes = Accounts
reach-panel-share = Share
reach-panel-range-head = Range (95 %)
reach-panel-range = { $low } to { $high } %
reach-chart-of-ranges = Chart: a bar for the range, a line for the share
reach-panel-few = Below { $n } answers we tell no shares: chance would look like a result.
reach-panel-most = Most often: “{ $answer }”, at least { $votes }.
reach-panel-would = That is { $share } of those who answered. Had chance chosen them, the share among all would be { $range }. It has not: they came forward themselves.
reach-panel-random = The ranges would hold if chance had chosen those who answered. It has not: they came forward themselves.
how-panels = An ordinary poll in the Fediverse: who wanted to chose one answer. What arrived here is counted; there may be more. Share: of those who answered. Range: 95 per cent interval of Wilson; it would hold for all only if chance had chosen those who answered. How many people of the city or of an age we reach does not follow: it is only certain that at least so many accounts gave that answer. Shares are told from 20 answers on. The sums stand publicly under the post as well; they are not split up further. Who chose what is forgotten by our server as soon as the poll ends.
panel-none = None: an ordinary poll
panel-residence = Residence
panel-age = Age

# How fine
grain-label = Chart by days, weeks or months
grain-day = Days
grain-week = Weeks
grain-month = Months
reach-week = week from { $day }

# The theoretical maximum of a post
measure-potential = Theoretical maximum
reach-potential = Own followers and the followers of { $n } accounts that shared it.
reach-potential-read = The first of these numbers were read on { $when }.
reach-potential-unknown = We tell no theoretical maximum here: of { $unknown } of the { $boosters } accounts that shared it, the server does not say, or not yet, how many follow them.
how-potential = Formula: own followers plus the followers of all who shared it. Who follows several counts several times, and most will not have seen the post; so it is an upper bound only and is never added up over posts. Who found it by a hashtag or a search is not in it. We can’t check the numbers of other servers. Only from as many sharers on as the smallest group that is told of.
