footer-promise = { $city } runs this server. You can read without an account, without cookies and without ads.
footer-label = More on this server
source-code = Source code
all-accounts = All accounts of the city
to-start = To the start page

# Post
post-by-at = Post by { $name }, { $when }
quotes-post-by = Quotes a post by { $name }
reply-by = Reply by { $name }
pinned = Pinned
shared-by = Shared by { $name }
edited-at = edited: { $when }
official-account = Official account
replies = Replies
share = Share
favourite = Favourite
content-warning = Content warning
show-post = Show post
show-media = Show pictures
sensitive-media = The pictures are not suitable for everyone
no-description = Picture without description
media-description = Description
open-file = Open file
open-file-at = Open the film or file at { $host }

# Profile
official-belongs = { $institution } is responsible for this account.
official-how = This is how you can tell:
official-domain = The address ends in { $domain }. Only the city itself creates accounts there.
follow = Follow
follow-fediverse = With your Fediverse account
follow-copy = Or search for this address on your server:
address-of-account = Address of this account
your-address = Your Fediverse address
your-address-hint = For example @name@server.example
go-to-my-server = Go to my server
follow-rss = Without an account, by RSS
follow-rss-hint = For your feed reader or Outlook.
all-posts = All posts
no-account = No account?
no-account-hint = You do not need one. You can read everything public here, free and without signing in.
posts-count = { $n ->
    [one] One post,
   *[other] { $shown } posts,
}
since = since { $when }
followers-count = { $n ->
    [0] No account follows yet
    [one] One account follows
   *[other] { $shown } accounts follow
}
posts-of = Posts by { $name }
tab-posts = Posts
tab-replies = With replies
tab-media = Pictures and videos
no-posts = No posts yet
no-posts-hint = The first post will appear here.
about-account = About this account
links = Links
topics = Topics
verified = verified
responsible = Responsible
more-accounts = More accounts of the city

# Post page
all-posts-of = All posts by { $name }
post-title = Post by { $name }, { $when }
before = Before this
replies-count = { $n ->
    [0] Replies
    [one] One reply
   *[other] { $shown } replies
}
replies-order = Oldest first · not sorted by popularity
no-replies = No replies yet. Write the first one.
about-post = About this post
join-in = Join in
join-in-hint = On your server you can reply, share or mark the post as a favourite.
answer-on-my-server = Reply on my server
share-on-my-server = Share on my server
favourite-on-my-server = Favourite on my server
pass-on = Pass it on
permanent-link = Permanent link
see-account = See account
see-and-follow = See account and follow

# Hashtag and start
tag-lead = Public posts of the city with this hashtag.
tag-empty = Nothing has been posted with this hashtag yet.
about-tag = About this hashtag
tag-feed = Posts with #{ $tag }
home-lead = The city’s departments and institutions write here. You can read everything without an account.
latest-posts = Latest posts

# To the visitor's own server
interaction-title = On to { $host }
interaction-lead = You are leaving this server. On { $host } you sign in with your own account.
interaction-go = Go to { $host }
interaction-wrong = We do not know this address
interaction-form = An address looks like this: @name@server.example
interaction-failed = There is no way from here
interaction-no-way = This server does not know the name, or tells us no way to it. Search there for the address of the account or the link of the post.
interaction-silent = This server does not answer at the moment. Try again later.
interaction-too-often = Those were too many attempts. Wait a few minutes.
film-description = Description of the film

# Polls
poll-label = Poll
poll-votes = { $n ->
    [0] No vote yet
    [one] One vote
   *[other] { $shown } votes
}
poll-ends = open until { $when }
poll-ended = ended on { $when }
poll-multiple = several answers possible
poll-hidden = result only at the end
poll-not-representative = open to everybody with a Fediverse account, so not representative

# Moves
to-new-account = To the new account
has-moved = This account has moved
has-moved-to = New posts appear here:
