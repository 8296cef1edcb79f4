workspaces = Workspaces
you-work-as = You are working as
switch-account = Switch account
waiting = waiting
public-page = Public page
nav-write = Write
nav-inbox = Inbox
nav-requests = Requests
nav-drafts = Drafts
nav-posts = Published
nav-members = Team
nav-choose = Choose account
nav-profile = Profile
whole-server = Whole server
nav-people = People
nav-accounts = Accounts
federation-off = You do not reach other servers yet
federation-off-hint = The public address begins with http://. Posts stay on this server until the administrators enter an address with https://.

choose-title = Which account do you work for?
choose-lead = You can switch at the top left at any time.
choose-none = You do not work for any account yet
choose-none-hint = Ask those responsible for an account to add you to the team.

# Inbox
inbox = Inbox
write-post = Write a post
what-came-in = What came in
inbox-empty = Nothing came in yet
inbox-empty-hint = When somebody replies, shares or follows, you see it here.
tab-all = Everything
tab-mentions = Addressed to you
tab-reactions = Favourites and shares
tab-follows = Who follows
kind-mention = Mention
kind-reply = Reply
kind-private = Private
kind-favourite = Favourite
kind-share = Shared
kind-follow = Follows now
kind-request = Would like to follow
kind-post = New post
kind-edit = Edited
kind-poll = Poll ended
kind-quote = Quote
kind-other = Notification
answer = Reply
to-name = to { $name }
for-name = for { $name }
see-post = See post
to-requests = To the requests
see = See
warning-is = Content warning: { $warning }
has-media = { $n ->
    [one] one picture
   *[other] { $shown } pictures
}

# Writing
write-title = Write a post
answer-title = Write a reply
edit-draft-title = Edit draft
edit-post-title = Edit post
you-answer = You are replying to { $name }
writes = Writing: { $name }
draft-begun-at = Draft begun: { $when }
published-at = Published: { $when }
text = Text
text-missing = Write a text or add a picture.
text-long = The text is too long. At most { $max } characters.
mentions-many = Mention at most { $max } accounts.
characters-left = { $left } of { $max } characters left
characters-over = { $over } characters too many. At most { $max }.
pictures-hint = Every picture needs a description. The post cannot appear without it.
pictures-hint-soft = Describe every picture for those who cannot see it.
description-of = Description of picture { $n }
description-hint = What must someone know who cannot see the picture?
description-missing = Describe the picture or choose “decoration only”.
description-long = The description is too long. At most { $max } characters.
only-decoration = The picture is decoration only
cover-pictures = Show pictures only after a click
cover-pictures-hint = For example with accidents. With a content warning this happens by itself.
remove-picture = Remove picture { $n }
add-picture = Add picture { $n }
more-pictures = Add more pictures
picture-wrong = We cannot read this file. Use JPEG, PNG, WebP, GIF or AVIF, for a film MP4 or WebM.
picture-large = This file is too large. At most { $max } MB.
too-many-pictures = A post carries at most 4 pictures.
picture-gone = A picture is no longer there. Add it again.
sent-already = This post has been sent already. You find it under “Published” or “Drafts”.
moved-writes-no-more = This account has moved and writes no more. Write from the new account.
language = Language
content-warning-hint = The text only opens after a click. For example “Report on violence”.
who-reads = Who should read this?
visibility-fixed = { $visibility } (cannot be changed after publishing)
publish = Publish
save-draft = Save as draft
hand-in = Hand in for approval
save-changes = Publish changes
publish-hint = After publishing, the post goes to everyone who follows. You can edit or delete it later.
author-hint = You write drafts. Someone with the role “Approve” or “Be responsible” may publish them.
edit-hint = Other servers will then show the new version and that it was edited.
preview-title = What it looks like in the Fediverse
preview-none = You see the post here as soon as you renew the preview. Nothing is saved by that.
preview-renew = Renew preview
changed-meanwhile = Someone has changed the post in the meantime. Reload the page and make your change again.
notice-published = The post has been published.
notice-draft = The draft has been saved.
notice-waiting = The draft is waiting for approval.
notice-changed = The new version has been published.
notice-deleted = The post has been deleted.
notice-draft-deleted = The draft has been deleted.
notice-pinned = The post is now at the top of your page.
notice-unpinned = The post is no longer at the top of your page.

# Lists
drafts = Drafts
drafts-lead = Only the team sees them until somebody publishes them.
drafts-empty = No drafts
drafts-empty-hint = What you save as a draft waits here.
published-posts = Published
published-lead = Everything that this account has written.
published-empty = Nothing published yet
published-empty-hint = Write the first post.
post-from = Post, { $when }
is-answer = Reply
waits = waiting for approval
written-by = written by { $name }
release = Publish
edit = Edit
delete = Delete
pin = Pin
unpin = Unpin
without-text = Without text

delete-post-title = Delete this post?
delete-draft-title = Delete this draft?
delete-post-hint = The post disappears here at once. We ask all servers to delete it too. It cannot be brought back.
delete-draft-hint = The draft is then gone for the whole team. It cannot be brought back.
delete-now = Delete for good
keep = Keep

# Team
members = Team
members-lead = Who works for { $name } and what they may do.
members-who = Who works here
that-is-you = (that is you)
change = Change role or remove
role = Role
save-role = Save role
remove-member = Take out of the team
remove-member-hint = { $name } can then no longer work for { $account }, not even with apps.
add-member = Add to the team
add-member-hint = The person must have been created already.
add-member-submit = Add
member-unknown = We do not know this address. The administrators create people.
member-already = This person is in the team already.
member-last-owner = Somebody must be responsible for the account. Pass the role on first.
role-missing = Choose a role.
notice-member-added = The person is in the team now.
notice-member-changed = The role has been saved.
notice-member-removed = The person is no longer in the team.
role-author = Write
role-author-hint = Writes drafts. Somebody else must publish them.
role-approver = Approve
role-approver-hint = Writes, publishes, changes the profile and reads private messages.
role-community = Reply
role-community-hint = Writes drafts, replies to everyone who got in touch, and reads private messages.
role-analyst = Evaluate
role-analyst-hint = Reads along, except private messages. Writes nothing.
role-owner = Be responsible
role-owner-hint = May do everything for this account. Decides who is in the team.

# People
people = People
people-lead = Everyone who can sign in on this server.
people-all = All people
administrator = Administration
administrator-hint = Creates people and accounts.
moderator = Moderation
invited = no password yet
left-at = left: { $when }
no-accounts-yet = Works for no account.
new-link = New link for the password
let-leave = Let leave
leave-hint = { $name } is signed out everywhere at once. All roles and apps end. This cannot be undone.
leave-now = Let leave now
leave-yourself = You cannot let yourself leave here.
add-person = Create a person
add-person-hint = The person signs in with it.
person-name = Name
person-name-hint = This is how the others in the team see it.
add-person-submit = Create
server-rights = Rights on the server
person-created = Link for { $email }
person-link-hint = Pass this link on. It works once, and you see it only now.
one-time-link = Link for choosing the password
notice-person-left = The person has left.

# Accounts
accounts = Accounts
accounts-lead = Every institution writes under its own account.
add-account = Create an account
add-account-submit = Create account
account-type = What is it?
type-organization = Institution
type-organization-hint = An office, a library, the fire brigade.
type-service = Service
type-service-hint = Posts automatically, for example water levels.
type-person = Person
type-person-hint = A human being in office, for example the mayor.
institution-pick-hint = Who is responsible. Choose one or write a new one.
notice-account-created = The account has been created. You are responsible for it.

# Profile
profile-settings = Profile
profile-settings-lead = How { $name } introduces itself.
note = About this account
note-hint = Who writes, about what and when? At most 500 characters.
note-long = The text is too long. At most 500 characters.
display-name-long = The name is too long. At most 100 characters.
fields-hint = For example “Website” and its address.
field-long = That is too long. At most 255 characters.
field-name = Label { $n }
field-value = Content { $n }
avatar = New profile picture
avatar-hint = Square, ideally the coat of arms or logo. PNG, JPEG, WebP or GIF.
header-picture = New header picture
header-hint = Wide, at least 1500 by 500 pixels. Without a picture we show the drawn city.
locked = Ask before following
locked-hint = You then decide about every request. For public bodies this is rarely useful.
save-profile = Save profile
notice-profile = The profile has been saved.

# Requests
requests = Requests
requests-lead = Who would like to follow { $name }.
requests-storm = Anybody may follow this account at once. These requests wait for you because very many accounts of the same domain wanted to follow within an hour, or because the account still asked first when they came.
requests-empty = No open requests
requests-empty-hint = New requests appear here by themselves.
accept = Accept
reject = Reject
notice-accepted = The request has been accepted.
notice-rejected = The request has been rejected.

# Errors
back-to-work = Back to work

# New things
new = new
tab-new = { $tab } ({ $n } new)

# Sharing
share-title = Share this post?
share-hint = Everyone who follows { $name } will then see it, marked “shared by { $name }”.
share-now = Share now
unshare-title = You have shared this post
unshare-hint = If you stop sharing it, it disappears from your page. We ask other servers to remove it as well.
unshare = Stop sharing
shared-already = Shared
shared-post-of = You shared a post by { $name }
post-of = post by { $name }
back-to-inbox = Back to the inbox
notice-shared = The post has been shared.
notice-unshared = The post is no longer shared.

# The thread
earlier-posts = { $n ->
    [one] Show one earlier post
   *[other] Show { $shown } earlier posts
}
answers-so-far = { $n ->
    [one] One reply so far
   *[other] { $shown } replies so far
}
answered-already = { $name } has replied here already.

# Pictures and films
has-films = { $n ->
    [one] one film
   *[other] { $shown } films
}
has-files = { $n ->
    [one] one file
   *[other] { $shown } files
}
pictures-and-films = Pictures or film
add-picture-or-film = Add a picture or a film
files-hint = Pictures up to 16 MB, one short film (MP4 or WebM) up to 99 MB. A film stands alone.
description-of-file = Its description
film = Film
file-one = File
file-number = Picture { $n }
description-of-film = Description of the film
film-description-hint = What can be seen, what can be heard?
film-description-missing = Describe the film.
film-alone = A film stands alone. Remove the film or the pictures.
remove-film = Remove film
focus-of = Choose what stays visible of picture { $n }
focus = What should always be visible?
focus-hint = Some servers and apps crop pictures. This part then stays visible.
part-f1 = top left
part-f2 = top
part-f3 = top right
part-f4 = left
part-f5 = middle
part-f6 = right
part-f7 = bottom left
part-f8 = bottom
part-f9 = bottom right

# From another server
interaction-follow = Follow this account?
interaction-answer = Answer this post?
interaction-like = Mark this post as a favourite?
interaction-post = What would you like to do with this post?
interaction-none = There is nothing you can do here
interaction-none-hint = None of your accounts may do this, or the account has moved.
interaction-as = With which account?
interaction-for = as { $name }
notice-followed = You follow the account. If it checks requests, only once it has accepted.
notice-liked = The post is marked as a favourite.

# Quotes
quote = Quote
quote-title = Quote a post
you-quote = You are quoting { $name }
who-quotes = Who may quote this post?
who-quotes-hint = Only what everybody may read can be quoted.
quotes-public = Everybody
quotes-followers = Who follows the account
quotes-nobody = Nobody but us
quote-denied = You may not quote this post, or its server has not told us that you may. Share it or link to it instead.
quote-closed = Who quotes others writes for everybody: choose “Everyone” or “Everyone, quietly”.
revoke-quote = Take the quote back
revoke-quote-hint = The post stays, but no longer shows yours. You can’t undo this.
revoke-quote-now = Take it back now
notice-quote-revoked = Your post is no longer shown there.

# Writing a poll
add-poll = Add a poll
poll-hint = Two to four answers. Its time runs as soon as the post comes out.
poll-option = Answer { $n }
poll-open-for = Open for
poll-choose-several = Several answers can be chosen
poll-hide = Show the result only at the end
poll-few = Write at least two answers, or empty all of them.
poll-long = Shorten this answer to { $max } characters.
poll-wrong = Each answer may occur only once.
poll-or-pictures = A post has either pictures or a poll. Remove one of them.
days = { $n ->
    [one] a day
   *[other] { $shown } days
}
hours = { $n ->
    [one] an hour
   *[other] { $shown } hours
}
minutes = { $n ->
    [one] a minute
   *[other] { $shown } minutes
}

# Writing a panel
panel-label = Panel poll
panel-hint = Asks people about themselves; after its end the result stands under “Reach”. Without answers of your own we fill in a template in the language of the post, which you can still change.
panel-fill = Fill in the template
panel-one = In a panel poll only one answer can be chosen.
panel-open = A panel poll must be visible to everybody.
panel-question-residence = Do you live in our city? We would like to know whom we reach here. Only how often each answer was chosen is published.
panel-answers-residence = Yes / No, but I work or study here / No
panel-question-age = How old are you? We would like to know whom we reach here. Only how often each answer was chosen is published.
panel-answers-age = under 25 / 25 to 44 / 45 to 64 / 65 or older
