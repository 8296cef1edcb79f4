nav-moderation = Reports

# Queue
cases = Reports
cases-lead = One case for each object, however often it was reported. The most urgent is at the top.
cases-waiting = To decide
cases-decided = Decided
cases-empty = All decided
cases-empty-hint = Nobody waits for an answer. New reports appear here by themselves.
cases-none-decided = Nothing decided yet
cases-none-decided-hint = What you decide, you find here again.
all-cases = All reports
case = Case { $number }
case-has = In charge: { $name }
case-free = Nobody in charge yet
case-post-without-text = Post without text
case-account = Account: { $name }
decided-at = decided: { $when }
page-before = Previous page
page-after = Next page
reports = { $n ->
    [one] One report
   *[other] { $shown } reports
}
span-hours = { $n ->
    [0] less than an hour
    [one] one hour
   *[other] { $shown } hours
}
span-days = { $n ->
    [one] one day
   *[other] { $shown } days
}
due-in = { $left } left, until { $when }
due-since = overdue: { $left }
lane-danger = Danger
lane-preferred = Preferred
lane-normal = Normal
lane-unconfirmed = No confirmed sender
source-client = accounts of the city
source-server = other servers
source-form = report form
source-letter = letter or email
source-authority = order of an authority
source-own = own observation
source-count = { $n } × { $source }

# Case
case-danger = Somebody may be in danger
case-danger-hint = Call the police first: 110. Then write in the internal note when and with whom you have spoken.
case-kind-post = Reported post
case-kind-account = Reported account
case-kind-address = Reported address
case-kept = Kept
case-kept-at = kept: { $when }
case-media = Show pictures and films
case-now = How it stands there now
case-earlier = Earlier versions
case-proof = How you can tell that nothing was altered
case-taken = Kept on
case-hash = Checksum (SHA-256)
case-address = Address
case-thread = See the whole conversation
case-thread-elsewhere = See it on the other server
case-state-same = Not changed since it was kept.
case-state-changed = Changed since it was kept. The version of now is below.
case-state-deleted = Deleted meanwhile.
case-state-account = Profiles change without versions. Have a look at the page.
case-state-address = We know of no public content at this address.
case-one-answer = One decision answers all
first-at = first { $when }
trusted = Trusted flagger
typed-by = typed in by { $name }
file-picture = Picture
file-film = Film
file-other = File
case-about = About the case
case-who = In charge
case-take = Take it
case-leave = Give it back
case-give = Give it to somebody
case-give-to = To whom?
case-give-now = Hand over
deadlines = Deadlines
deadline-look = First look, 1 working day
deadline-decide = Decision
history = History
internal-note = Internal note
internal-note-hint = Only people with the role Moderation read it.
note-save = Save note
note-missing = Write something in the note.
note-too-long = The note is too long. At most 5,000 characters.
lane = Lane
lane-hint = The deadline follows from the lane.
lane-save = Change lane

# History
event-nobody = Somebody
event-opened = Case opened, content kept.
event-reopened = Opened again: a new report came.
event-taken = { $name } has taken the case.
event-left = { $name } has given the case back.
event-given = { $name } has given the case to { $to }.
event-note = { $name } has written a note:
event-lane = { $name } has changed the lane: { $lane }.
event-reminded = 80% of the time is over.
event-decided = { $name } has decided: { $what }.
event-ended-by = { $name } has ended early: { $what }.
event-ended = Ended by itself: { $what }.
event-complaint = Somebody has complained.
event-answered = { $name } has answered the complaint. { $what }

# Decision
decision = Decision
measures = What should happen?
measures-hint = You can choose several. Everybody can still read, even when blocked.
measures-missing = Choose what should happen, or that nothing happens.
measures-both = Choose either “Nothing” or a measure.
measures-wrong = One of these measures is not possible here. Perhaps the post or the account is gone.
measure-nothing = Nothing, the content stays
measure-sensitive = Cover pictures
measure-sensitive-hint = They appear only after a click.
measure-hide = Hide the post here
measure-hide-hint = On other servers it can still be seen.
measure-delete = Delete the post
measure-delete-hint = Can not be undone. What this case keeps stays.
measure-limit = Show the account only to those who look for it
measure-limit-hint = It no longer appears in public lists.
measure-block = Block the account from answering, for a time
measure-block-hint = It can no longer write to accounts of the city. It still reads what is public.
measure-suspend = Exclude the account completely
measure-suspend-hint = All of its posts disappear here, and we take nothing more from it.
measure-reject_media = Show no pictures of this server
measure-reject_media-hint = Pictures and films of all accounts there no longer appear here, their texts do.
measure-limit_domain = Show this server only to those who look for it
measure-limit_domain-hint = Its accounts no longer appear in public lists.
measure-suspend_domain = Shut out this server
measure-suspend_domain-hint = Nothing of it is shown or taken, and nothing goes there.
measures-domain = Decide something for the whole server { $domain }
measures-domain-hint = It concerns all accounts there, also those that have done nothing. Afterwards it stands in the public list, with the ground of this decision as the reason.
measure-forward = Report to the other server
measure-forward-hint = Its moderators get what you write under “What has happened?”, at most 1,000 characters.
block-days = How long to block?
block-days-hint = The block ends by itself.
block-institution = For whom does the block hold?
block-everywhere = For all accounts of the city
measure-days = How long do the other measures hold?
measure-days-hint = Deleting and reporting on have no end.
days-open = until further notice
days-until = { $days }, until { $day }
days-wrong = Choose a duration from the list.
ground = What is the decision based on?
ground-rules-hint = Name version and number below.
ground-law-hint = For example section 185 of the German Criminal Code. Involve the legal department.
ground-none = On nothing: nothing is restricted
ground-none-hint = Only if the content stays, or if you only report it on.
ground-missing = Choose what the decision is based on.
citation = Which rule, which law?
citation-hint = For example “Rules of 1 March 2026, number 3”.
citation-missing = Name the rule or the law.
facts = What has happened?
facts-hint = Only facts, no names of those who reported. Whoever reported reads this text.
facts-missing = Write what has happened.
redress = How the person can object
redress-hint = Check the date and the address.
redress-missing = Write how the person can object.
redress-template-choose = Choose a template before you fill in anything:
redress-text = You can complain free of charge until { $day }. Write to { $contact }. Another person than the one who decided this case decides about your complaint. You can also turn to a certified dispute settlement body or to a court.
redress-text-easy = Do you think the decision is wrong? Then you can complain. It costs nothing. You have time until { $day }. Write to { $contact }. Another person then checks everything again. You can also go to a court.
easy-german = Easy German
category = Category
category-hint = For the transparency report. Preselected by what was reported.
category-missing = Choose a category from the list.
text-of-decision-long = The text is too long. At most 5,000 characters.
decide = Decide
decision-conflict = Somebody has decided the case meanwhile, or the post has changed. Read it again.
decision-of = Decision: { $when }
decision-by = Decided by { $name }.
decision-reversed = { $name } has taken the decision back: { $when }
measure-until = until { $when }
measure-ended = ended: { $when }
measure-end = End early
measure-end-hint = What the measure has done is undone at once.
measure-end-now = End now
complaint-possible = Complaint possible
until-day = until { $day }
complaint = Complaint
complaint-reasons = Your answer with reasons
complaint-reasons-hint = Whoever complained reads this text.
complaint-reasons-missing = Write the reasons.
complaint-uphold = The decision stands
complaint-reverse = Take the decision back
complaint-another = You have decided this case. Another person must decide about the complaint.
complaint-conflict = Another person must decide about this complaint, or it is answered already.
complaint-was-upheld = The decision stands.
complaint-was-reversed = The decision is taken back.

# Typing in
type-in = Type in a report
type-in-title = Type in a report
type-in-lead = What came by letter, email or telephone, or what you have seen yourself.
type-in-source = Where does the report come from?
type-in-source-missing = Choose where the report comes from.
type-in-address-hint = One address. Type in each further one apart.
type-in-address-wrong = Write exactly one address, for example https://server.example/@name/123
type-in-reason = What does the report say?
type-in-reason-hint = For an order also the authority, the date and the file number.
type-in-name = Who has reported?
type-in-email = Where to answer?
type-in-urgent = Is it urgent?
type-in-trusted-hint = Recognised by a Digital Services Coordinator. Goes into the preferred lane.
type-in-danger = Somebody may be in danger
type-in-danger-hint = Call the police first: 110. The case is then at the very top.
type-in-submit = Type in

# What just happened
notice-case-assigned = Who is in charge has been changed.
notice-case-note = The note is saved.
notice-case-lane = The lane is changed.
notice-case-decided = The decision holds. Whoever reported by the form reads it at their own link.
notice-measure-ended = The measure is ended.
notice-complaint-answered = The complaint is answered.
notice-case-typed = The report is typed in.
moderator-hint = Sees all reports and decides about them.

# The sixteen categories of the Transparency Database
category-ANIMAL_WELFARE = Animal welfare
category-CONSUMER_INFORMATION = Consumer information
category-CYBER_VIOLENCE = Cyber violence
category-CYBER_VIOLENCE_AGAINST_WOMEN = Cyber violence against women
category-DATA_PROTECTION_AND_PRIVACY_VIOLATIONS = Data protection and privacy
category-ILLEGAL_OR_HARMFUL_SPEECH = Illegal or harmful speech
category-INTELLECTUAL_PROPERTY_INFRINGEMENTS = Intellectual property
category-NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS = Harm to public debate or elections
category-NOT_SPECIFIED_NOTICE = Report not specified further
category-OTHER_VIOLATION_TC = Other breach of the rules
category-PROTECTION_OF_MINORS = Protection of minors
category-RISK_FOR_PUBLIC_SECURITY = Risk for public security
category-SCAMS_AND_FRAUD = Scams and fraud
category-SELF_HARM = Self-harm
category-UNSAFE_AND_PROHIBITED_PRODUCTS = Unsafe and prohibited products
category-VIOLENCE = Violence

# Who is told
tell = Telling people
tell-author = Tell the person concerned
tell-by-mail = Those who run the account get the reasons and a link to complain by email.
tell-no-mail = Email is not set up. Those who run the account read the reasons in the workbench under “Decisions”: let them know.
tell-nobody = No message is sent: no account is set up for it (moderation.account).
tell-by-message = { $account } sends them a direct message with a link to the reasons and to complain. Whoever is shut out gets none.
untold = Why not?
untold-hint = Only if you untick the box above, for example for mass advertising. It stands in the case alone.
untold-missing = Write why the person is not told.
mails = Messages
mail-acknowledgement = Receipt
mail-outcome = Decision to those who reported
mail-statement = Reasons to those concerned
mail-answer = Answer to a complaint
mail-alarm = Danger, to moderators
mail-reminder = Reminder, to moderators
mail-sent = { $what }: { $n } sent
mail-failed = { $what }: { $n } could not be delivered
mail-waiting = { $what }: { $n } waiting
mail-last = last
event-confirmed = Somebody has confirmed the email address of a report.
event-told-by-mail = Those who run the account get the reasons by email.
event-told = { $name } gets a direct message with a link to the reasons.
event-untold = { $name } does not tell the person concerned:
event-unreached = The person concerned gets no message: there is no way to reach them.
complaint-of-reporter = Complaint by somebody who reported
complaint-of-author = Complaint by the person concerned
redress-link = You may complain free of charge until { $day }, under the link that you got with this decision. Another person than the one who decided will decide about your complaint. You may also turn to a certified dispute settlement body or to a court.
redress-link-easy = Do you think the decision is wrong? Then you may complain. That costs nothing. You have time until { $day }. Open the link that you got with this decision. Another person will then check everything again. You may also go to a court.

# Decisions about one's own account
nav-statements = Decisions
statements = Decisions about this account
statements-lead = What the moderators have restricted, and why. You may complain; another person will decide.
statements-empty = Nothing is restricted
notice-complained = Your complaint has arrived.
event-told-in-workbench = Those who run the account read the reasons in the workbench.
held-private = A message that is not for everybody. Only those it names see what it says.
event-acknowledged = Somebody who reported on another server is told by a direct message that the report has come.
event-informed = { $n ->
    [one] The decision goes to one person on another server who reported, by direct message.
   *[other] The decision goes to { $shown } people on other servers who reported, by direct message.
}
event-held = Held automatically before anybody saw the post: { $rule }.
case-held = A rule holds this post back. Only “Hide the post here”, “Delete the post” or “Shut the account out” keep it from being seen. Otherwise it appears with your decision.
answer-of-server = We do not know who reported: the server reports in its own name. No answer is possible.
answer-by-message = Answers go out by direct message.
answer-nobody-speaks = No answer goes out: no account is set for it (moderation.account).
unfounded-wrong = Whoever restricts something says that something was wrong. Then tick no report.

# Who often reports what is unfounded (Article 23)
unfounded = Tick manifestly unfounded reports
unfounded-which = Only what is wrong at first sight and has nothing to speak for it. A mistake is not enough.
unfounded-take-back = Not unfounded after all
notifiers = Who reports
notifiers-lead = Whoever often reports what is manifestly unfounded is warned first. If it goes on, their reports wait for a time.
notifiers-none = Nobody is warned
notifiers-none-hint = You tick unfounded reports when you decide a case.
notifier = Who reported
notifier-standing = How it stands
notifier-part = Manifestly unfounded within twelve months: { $unfounded } of { $sent } reports.
notifier-not-often = That is not often. There is nothing to do.
notifier-warned-once = Warned. A pause is possible only when a report was manifestly unfounded after that again.
notifier-often = { $n ->
   *[other] Has reported what is manifestly unfounded { $shown } times
}
notifier-once = Has reported what is manifestly unfounded once
notifier-was-paused = Came during a pause
notifier-conflict = This is not possible now. Read how it stands again, or let another person answer.
step-warning = Warning
step-pause = Pause
warning-hint = The person learns your reasons and can complain. The warning counts for a year.
pause-hint = Reports of this person still arrive, but in the last lane. They change no deadline. Where somebody is in danger the pause does not hold. The person learns your reasons and can complain.
pause-days = For how long?
step-reasons = Reasons
step-reasons-hint = What was unfounded, how often, and why is it no mistake? The person reads this text.
warn-now = Warn
pause-now = Begin the pause
step-end = Take back
step-told = told
step-untold = can't be reached
step-taken-back = Taken back.
step-stays = It stays.
step-complaint-open = Complaint open
notice-notifier-warned = The warning holds.
notice-notifier-paused = The pause holds.
notice-notifier-ended = Taken back.
notice-notifier-unmarked = The report does not count as unfounded any more.
warning-title = Please check what you report
warning-lead = Several of your reports were manifestly unfounded. If this goes on, we look at your reports last for a time.
pause-title = We look at your reports last
pause-lead = This holds until { $day }. Your reports do not get lost. If somebody is in danger, we look at once.
pause-why = Why
