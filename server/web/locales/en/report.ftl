# Report content
report = Report
report-account = Report account
report-this = Report the post by { $name }
report-content = Report content
report-title = Report content
report-lead = Have you seen something here that is illegal or against the rules? Tell us. It takes about three minutes. You need no account.
report-danger = Is somebody in danger?
report-danger-hint = Call the police first:
report-where = Where is the content?
report-where-hint = Copy the address from the address bar. Several addresses: one per line.
report-what = What is it about?
report-why = Why is it not all right?
report-why-hint = A few sentences are enough. You need not name a law.
report-who = Who are you?
report-who-hint = You may leave both empty. We look at reports with an email address first. The person you report is not told your name.
report-name = Name
report-email = Email address
report-trap = Leave this field empty
report-end = To finish
report-good-faith = I have written this to the best of my knowledge.
report-send = Send report
report-after = What happens afterwards
report-next = What happens next
report-next-1-when = At once:
report-next-1 = You get a number and a link to look it up.
report-next-2-when = Within 1 working day:
report-next-2 = A person looks at the content.
report-next-3-when = Within 5 working days:
report-next-3 = We decide. You read the reasons at your link.
report-person = It is always a person who decides, never a program.
report-else = Would you rather report in another way?
report-else-hint = Write to us:
report-address-missing = Give the address at which the content is.
report-address-wrong = Write at most 10 addresses, one per line, for example https://server.example/@name/123
report-question-missing = Choose what it is about.
report-reason-missing = Write what is not all right.
report-reason-long = The reason is too long. At most 5,000 characters.
report-name-long = The name is too long. At most 200 characters.
report-email-wrong = This email address is not right. You may leave the field empty.
report-good-faith-missing = Confirm that you write to the best of your knowledge.
report-too-many = Many reports have just come from your connection. Try again in an hour.

question-insult = Insult, hatred or threat
question-fraud = Fraud or a fake account
question-violence = Violence, or danger to children and young people
question-privacy = Private data or pictures without permission
question-copyright = Copyright
question-other = Something else

# Receipt
receipt-page = Report { $number }
receipt-title = Thank you, your report has arrived
receipt-decided = We have decided about your report
receipt-number = Your number
receipt-received = Report received.
receipt-looked = A person has looked at the content.
receipt-by = By { $day }:
receipt-decide = We decide, with reasons. If you do not agree, you can complain for six months.
receipt-yours = What you have reported
receipt-addresses = { $n ->
    [one] Address
   *[other] Addresses
}
receipt-reason = Your reason
receipt-status = State of the report
receipt-later = Look it up later
receipt-later-hint = At this link you see the state and the decision. Do not pass it on.
receipt-link = Your link

# What was decided
outcome-title = What we have decided
outcome-when = Decided on
outcome-facts = What has happened
outcome-ground = Basis
outcome-redress = How one can object
outcome-person = A person has decided, not a program.
outcome-reversed = We took this decision back on { $day }.
outcome-nothing = The content stays as it is.
outcome-sensitive = The pictures of the post are now covered here.
outcome-hide = The post can no longer be seen here.
outcome-delete = The post is deleted here.
outcome-limit = The account no longer appears in public lists here.
outcome-block = The account can no longer write to accounts of the city.
outcome-suspend = The account and its posts can no longer be seen here.
outcome-reject_media = Pictures and films from the server of this account are no longer shown here.
outcome-limit_domain = All accounts on this server no longer appear in public lists here.
outcome-suspend_domain = The whole server of this account is shut out.
outcome-forward = We have reported the content to the moderators of the other server.
outcome-until = This holds until { $day }.
outcome-ended = This held until { $day }.
ground-rules = Rules of the city
ground-law = Law

# Complaint
complaint-yours = Your complaint
complaint-label = You do not agree? Complain
complaint-hint = Free of charge, until { $day }. Another person decides about it.
complaint-send = Send complaint
complaint-missing = Write what you do not agree with.
complaint-long = The complaint is too long. At most 5,000 characters.
complaint-waits = Another person decides about it. You read the answer here.
complaint-upheld = Another person has checked: the decision stands.
complaint-reversed = Another person has checked: the decision is taken back.

# Confirming an address
receipt-confirm = Confirm your email address
receipt-confirm-hint = We have written to you. Open the link in the message. Until then we look at the report later. It does not get lost.
confirm-title = Is this your email address?
confirm-text = You have reported something to us. Confirm that our message has reached you. Then we look at the report sooner and write to you what we decide.
confirm-now = Yes, confirm
confirm-done = Your email address is confirmed
confirm-done-text = We will write to you as soon as we have decided. You can close this page.
confirm-over = This link is no longer good
confirm-over-text = Your report is here all the same, and we look at it. How it stands you can read under the other link in our message.

# Statement of reasons
statement-page = Decision { $number }
statement-title = We have decided about your content
statement-lead = Here you can read what holds here now, and why. You may complain.
statement-reported = The cause was a report. We do not say who reported.
statement-held = A rule against floods held the post back at first, by itself. Then a person decided.
statement-seen = We noticed it ourselves. No program searched for it.
statement-later-hint = Under this link you can read the decision and the answer to your complaint. Pass it on to nobody.
