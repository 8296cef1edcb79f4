footer-promise = { $city } betreibt diesen Server. Lesen geht ohne Konto, ohne Cookies und ohne Werbung.
footer-label = Mehr auf diesem Server
source-code = Quelltext
all-accounts = Alle Konten der Stadt
to-start = Zur Startseite

# Beitrag
post-by-at = Beitrag von { $name } vom { $when }
quotes-post-by = Zitiert einen Beitrag von { $name }
reply-by = Antwort von { $name }
pinned = Angepinnt
shared-by = Geteilt von { $name }
edited-at = geändert: { $when }
official-account = Amtliches Konto
replies = Antworten
share = Teilen
favourite = Favorit
content-warning = Inhaltshinweis
show-post = Beitrag zeigen
show-media = Bilder zeigen
sensitive-media = Die Bilder sind nicht für alle geeignet
no-description = Bild ohne Beschreibung
media-description = Bildbeschreibung
open-file = Datei öffnen
open-file-at = Film oder Datei bei { $host } öffnen

# Profil
official-belongs = { $institution } verantwortet dieses Konto.
official-how = So erkennen Sie das:
official-domain = Die Adresse endet auf { $domain }. Dort legt nur die Stadt selbst Konten an.
follow = Folgen
follow-fediverse = Mit Ihrem Konto im Fediverse
follow-copy = Oder suchen Sie auf Ihrem Server nach dieser Adresse:
address-of-account = Adresse dieses Kontos
your-address = Ihre Adresse im Fediverse
your-address-hint = Zum Beispiel @name@server.example
go-to-my-server = Weiter zu meinem Server
follow-rss = Ohne Konto, per RSS
follow-rss-hint = Für Ihr Leseprogramm oder Outlook.
all-posts = Alle Beiträge
no-account = Kein Konto?
no-account-hint = Brauchen Sie nicht. Alles Öffentliche lesen Sie hier, kostenlos und ohne Anmeldung.
posts-count = { $n ->
    [one] Ein Beitrag,
   *[other] { $shown } Beiträge,
}
since = seit { $when }
followers-count = { $n ->
    [0] Noch folgt kein Konto
    [one] Ein Konto folgt
   *[other] { $shown } Konten folgen
}
posts-of = Beiträge von { $name }
tab-posts = Beiträge
tab-replies = Mit Antworten
tab-media = Bilder und Videos
no-posts = Noch keine Beiträge
no-posts-hint = Der erste Beitrag erscheint hier.
about-account = Zu diesem Konto
links = Verweise
topics = Themen
verified = bestätigt
responsible = Verantwortlich
more-accounts = Weitere Konten der Stadt

# Beitragsseite
all-posts-of = Alle Beiträge von { $name }
post-title = Beitrag von { $name } vom { $when }
before = Davor
replies-count = { $n ->
    [0] Antworten
    [one] Eine Antwort
   *[other] { $shown } Antworten
}
replies-order = Älteste zuerst · keine Sortierung nach Beliebtheit
no-replies = Noch keine Antworten. Schreiben Sie die erste.
about-post = Zu diesem Beitrag
join-in = Mitreden
join-in-hint = Auf Ihrem Server können Sie antworten, teilen oder den Beitrag als Favorit merken.
answer-on-my-server = Auf meinem Server antworten
share-on-my-server = Auf meinem Server teilen
favourite-on-my-server = Auf meinem Server als Favorit merken
pass-on = Weitergeben
permanent-link = Fester Link
see-account = Konto ansehen
see-and-follow = Konto ansehen und folgen

# Schlagwort und Start
tag-lead = Öffentliche Beiträge der Stadt mit diesem Schlagwort.
tag-empty = Mit diesem Schlagwort ist noch nichts erschienen.
about-tag = Zu diesem Schlagwort
tag-feed = Beiträge mit #{ $tag }
home-lead = Hier schreiben die Ämter und Einrichtungen der Stadt. Sie lesen alles ohne Konto.
latest-posts = Neueste Beiträge

# Zum eigenen Server
interaction-title = Weiter zu { $host }
interaction-lead = Sie verlassen diesen Server. Auf { $host } melden Sie sich mit Ihrem eigenen Konto an.
interaction-go = Zu { $host } gehen
interaction-wrong = Diese Adresse kennen wir nicht
interaction-form = So sieht eine Adresse aus: @name@server.example
interaction-failed = Von hier aus geht es nicht weiter
interaction-no-way = Dieser Server kennt den Namen nicht oder nennt uns keinen Weg zu sich. Suchen Sie dort nach der Adresse des Kontos oder dem Link des Beitrags.
interaction-silent = Dieser Server antwortet gerade nicht. Versuchen Sie es später noch einmal.
interaction-too-often = Das waren zu viele Versuche. Warten Sie ein paar Minuten.
film-description = Beschreibung des Films

# Umfragen
poll-label = Umfrage
poll-votes = { $n ->
    [0] Noch keine Stimme
    [one] Eine Stimme
   *[other] { $shown } Stimmen
}
poll-ends = offen bis { $when }
poll-ended = beendet am { $when }
poll-multiple = mehrere Antworten möglich
poll-hidden = Ergebnis erst am Ende
poll-not-representative = offen für alle mit Fediverse-Konto, deshalb nicht repräsentativ

# Umzug
to-new-account = Zum neuen Konto
has-moved = Dieses Konto ist umgezogen
has-moved-to = Neue Beiträge erscheinen hier:
