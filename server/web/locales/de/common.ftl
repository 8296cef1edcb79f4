skip-to-content = Zum Inhalt springen
language-is = Sprache: { $name }
language-label = Sprache
workbench = Redaktion
sign-in = Anmelden
sign-out = Abmelden
menu = Menü
optional = (wenn nötig)
error-prefix = Fehler:
title-error = Fehler: { $title }
errors-heading = { $n ->
    [one] Eine Angabe stimmt noch nicht
   *[other] { $shown } Angaben stimmen noch nicht
}
paging = Weitere Seiten
newer = Neuere
older = Ältere
posts = Beiträge
view = Ansicht

# Zeiten
date-full = { $weekday }, { $day }. { $month } { $year }, { $time } Uhr
date-plain = { $day }. { $month } { $year }, { $time } Uhr
date-day = { $weekday }, { $day }. { $month } { $year }
date-only = { $day }. { $month } { $year }
date-month = { $month } { $year }
date-today = heute, { $time } Uhr
date-yesterday = gestern, { $time } Uhr

# Sichtbarkeit
visibility-public-short = öffentlich
visibility-unlisted-short = öffentlich, unauffällig
visibility-followers-short = nur für Folgende
visibility-direct-short = privat
visibility-public = Alle
visibility-public-hint = Erscheint auf Ihrer Seite, in öffentlichen Listen und bei allen, die Ihnen folgen.
visibility-unlisted = Alle, aber unauffällig
visibility-unlisted-hint = Auf Ihrer Seite zu lesen, aber nicht in öffentlichen Listen.
visibility-followers = Nur, wer Ihnen folgt
visibility-followers-hint = Steht nicht auf Ihrer öffentlichen Seite und kann nicht geteilt werden.
visibility-direct = Nur die Genannten
visibility-direct-hint = Eine private Nachricht an alle, deren Adresse im Text steht. Sie ist nicht verschlüsselt.
