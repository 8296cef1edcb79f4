# Decisions about whole servers
domains = Servers
domains-lead = What holds for a whole server, with all below its domain. Everybody can read the public reasons.
domains-none = Nothing is decided about any server
domains-none-found = Nothing found for “{ $name }”
domains-none-hint = Decide above. What lists suggest waits until somebody accepts it.
domain-search = Search for a domain
domain-search-now = Search
domain-export = Save as CSV
domain-public = Public page
domain-no-reason = No public reason given
domain-note-is = Internal: { $note }
domain-since = since { $day }
domain-since-by = since { $day }, by { $name }
domain-change = Change
domain-lift = Lift
domain-lift-hint = Accounts, posts and follows are as they were before.
domain-lift-now = Lift now
severity-suspend = Shut out
severity-suspend-hint = Nothing of this server is shown or taken, and nothing is sent there. Whoever follows from there gets nothing any more.
severity-silence = Limited
severity-silence-hint = Accounts there are seen only by those who follow or look for them.
severity-noop = Visible
severity-noop-hint = Only what is ticked below holds.
rejects-media = No pictures
rejects-media-hint = Pictures and films from there are not shown.
rejects-reports = No reports
rejects-reports-hint = Reports from there are not taken.
loss-followers = { $n ->
    [0] nobody there follows us
    [one] one account there follows us
   *[other] { $shown } accounts there follow us
}
loss-followed = { $n ->
    [0] we follow nobody there
    [one] we follow one account there
   *[other] we follow { $shown } accounts there
}
loss-accounts = { $n ->
    [0] no known account
    [one] one known account
   *[other] { $shown } known accounts
}
loss-posts = { $n ->
    [0] no post here
    [one] one post here
   *[other] { $shown } posts here
}

# One decision
domain-new = Decide about a server
domain-new-lead = Before it is saved you see what would be lost.
domain-name = Domain
domain-name-hint = For example laut.example. It holds for all below it too, such as social.laut.example.
domain-wrong = This is no domain. Write it without https:// and without a path.
domain-own = This is our own domain.
domain-severity = What is to hold?
domain-severity-missing = Choose what is to hold.
domain-nothing = Nothing would hold. Choose a restriction or tick something below.
domain-beside = Besides
domain-reason = Public reason
domain-reason-hint = Everybody can read it. Name no persons.
domain-reason-missing = Give a reason for the decision.
domain-text-long = This is too long. 1,000 characters at most.
domain-note = Internal note
domain-check = Show what would be lost
domain-confirm = { $name }: check the decision
domain-confirm-lead = Nothing of this holds yet.
domain-loss = What it touches
domain-confirm-now = Save the decision
domain-back = Back to the form

# Lists
domain-lists = Lists
domain-lists-lead = Lists only suggest. Each line holds only once a person accepts it.
lists-all = All lists
lists-none = No list yet
list-waiting = { $n ->
    [0] nothing to check
    [one] one suggestion
   *[other] { $shown } suggestions
}
list-by-hand = Read in. Goes away when all is checked.
list-had = Fetched last: { $when }
list-never-had = Could never be fetched yet.
list-not-yet = Will be fetched in a moment.
list-failure = Could not be fetched ({ $when }): { $reason }. Nothing was changed.
list-remove = Remove list
list-remove-hint = What it suggests goes away. What you accepted stays.
list-remove-now = Remove now
list-subscribe = Subscribe to a list
list-url = Address of the list
list-url-hint = A CSV file as of Mastodon, with https://. It is fetched once a day.
list-url-wrong = This is no address that begins with https://.
list-subscribe-now = Subscribe
list-read = Read in a list
list-read-hint = As a file or as text: as of Mastodon, or one domain a line.
list-file = File (CSV)
list-file-large = The file is too large. 5 MB at most.
list-text = Or as text
list-text-hint = One domain a line is enough.
list-read-now = Read in and check
list-read-in = Read in on { $day }
list-wrong = The list can’t be read: { $reason }
list-lead = Tick what you want to decide. What you accept is your decision.
list-nothing = Nothing to check
list-nothing-hint = New suggestions appear here by themselves.
list-lines = Suggestions
list-accept = Accept ticked
list-dismiss = Dismiss ticked
suggest-new = Nothing decided so far
suggest-now = So far: { $severity }
suggest-lift = Lift
suggest-gone = No longer on the list
notice-domain-decided = The decision holds.
notice-domain-lifted = The decision is lifted.
notice-list-added = The list is there.
notice-list-removed = The list is removed.
notice-lines-accepted = Accepted. The decisions hold.
notice-lines-dismissed = Dismissed. It will not be suggested again.
notice-nothing-ticked = Nothing was ticked.

# For everybody
about-domains = Restricted servers
about-domains-lead = Of these other servers we do not show everything, and here is why. What is public here can be read by everybody, wherever they are.
about-domains-none = No server is restricted
about-domains-list = The servers

# Posts that are held
held = Held
held-lead = A rule holds these posts back. Nobody sees them until you release them. If one is to stay hidden, open a case and decide with reasons.
held-none = Nothing is held
held-none-hint = Which rules are on is a setting of the server.
held-by-rule = By itself: { $rule }
held-rule-mentions = names very many accounts of the city
held-rule-first-reply = first answer of a new account
held-answers = answers { $handle }
held-names = { $n ->
    [one] names one account of the city
   *[other] names { $shown } accounts of the city
}
held-since = account by its own word since { $day }
held-show = Release
held-more = More
held-of-author = { $shown } posts of this account wait.
held-show-author = Release all of the account
held-of-host = All that waits from { $host }:
held-show-host = Release all of the server
notice-held-shown = Released. Those who are named are told.

# Pictures in a case
case-evidence = { $n ->
    [one] Show the picture that was kept
   *[other] Show { $shown } pictures that were kept
}
evidence-original = Save the original
evidence-no-description = Picture without a description
evidence-failure = Could not be kept: { $reason }

# The conversation around a hidden post
case-thread-of = Conversation of case { $number }
case-thread-lead = With all that is hidden. Only people with the role Moderation see this.
case-thread-posts = Posts
case-thread-hidden = Hidden
held-case = Open as a case
held-case-author = Open a case about the account
held-domain = Decide about the server
notice-case-opened = The case is open. Until you decide, the post stays held.
