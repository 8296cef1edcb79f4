skip-to-content = Skip to content
language-is = Language: { $name }
language-label = Language
workbench = Newsroom
sign-in = Sign in
sign-out = Sign out
menu = Menu
optional = (if needed)
error-prefix = Error:
title-error = Error: { $title }
errors-heading = { $n ->
    [one] One entry needs your attention
   *[other] { $shown } entries need your attention
}
paging = More pages
newer = Newer
older = Older
posts = Posts
view = View

# Times
date-full = { $weekday }, { $day } { $month } { $year }, { $time }
date-plain = { $day } { $month } { $year }, { $time }
date-day = { $weekday }, { $day } { $month } { $year }
date-only = { $day } { $month } { $year }
date-month = { $month } { $year }
date-today = today, { $time }
date-yesterday = yesterday, { $time }

# Visibility
visibility-public-short = public
visibility-unlisted-short = public, quiet
visibility-followers-short = followers only
visibility-direct-short = private
visibility-public = Everyone
visibility-public-hint = Appears on your page, in public lists and for everyone who follows you.
visibility-unlisted = Everyone, quietly
visibility-unlisted-hint = Can be read on your page, but is not in public lists.
visibility-followers = Only those who follow you
visibility-followers-hint = Is not on your public page and cannot be shared.
visibility-direct = Only those you mention
visibility-direct-hint = A private message to everyone whose address is in the text. It is not encrypted.
