workspaces = Arbeitsbereiche
you-work-as = Sie arbeiten als
switch-account = Konto wechseln
waiting = offen
public-page = Öffentliche Seite
nav-write = Schreiben
nav-inbox = Eingang
nav-requests = Anfragen
nav-drafts = Entwürfe
nav-posts = Veröffentlicht
nav-members = Team
nav-choose = Konto wählen
nav-profile = Profil
whole-server = Ganzer Server
nav-people = Personen
nav-accounts = Konten
federation-off = Andere Server erreichen Sie noch nicht
federation-off-hint = Die öffentliche Adresse beginnt mit http://. Beiträge bleiben auf diesem Server, bis die Administration eine Adresse mit https:// einträgt.

choose-title = Für welches Konto arbeiten Sie?
choose-lead = Sie können jederzeit oben links wechseln.
choose-none = Sie arbeiten noch für kein Konto
choose-none-hint = Bitten Sie die Verantwortlichen eines Kontos, Sie ins Team aufzunehmen.

# Eingang
inbox = Eingang
write-post = Beitrag schreiben
what-came-in = Was eingegangen ist
inbox-empty = Noch nichts eingegangen
inbox-empty-hint = Wenn jemand antwortet, teilt oder folgt, sehen Sie es hier.
tab-all = Alles
tab-mentions = An Sie gerichtet
tab-reactions = Favoriten und Geteiltes
tab-follows = Wer folgt
kind-mention = Erwähnung
kind-reply = Antwort
kind-private = Privat
kind-favourite = Favorit
kind-share = Geteilt
kind-follow = Folgt jetzt
kind-request = Möchte folgen
kind-post = Neuer Beitrag
kind-edit = Geändert
kind-poll = Umfrage beendet
kind-quote = Zitat
kind-other = Mitteilung
answer = Antworten
to-name = an { $name }
for-name = für { $name }
see-post = Beitrag ansehen
to-requests = Zu den Anfragen
see = Ansehen
warning-is = Inhaltshinweis: { $warning }
has-media = { $n ->
    [one] ein Bild
   *[other] { $shown } Bilder
}

# Schreiben
write-title = Beitrag schreiben
answer-title = Antwort schreiben
edit-draft-title = Entwurf bearbeiten
edit-post-title = Beitrag ändern
you-answer = Sie antworten { $name }
writes = Es schreibt: { $name }
draft-begun-at = Entwurf begonnen: { $when }
published-at = Erschienen: { $when }
text = Text
text-missing = Schreiben Sie einen Text oder fügen Sie ein Bild hinzu.
text-long = Der Text ist zu lang. Höchstens { $max } Zeichen.
mentions-many = Nennen Sie höchstens { $max } Konten.
characters-left = Noch { $left } von { $max } Zeichen
characters-over = { $over } Zeichen zu viel. Höchstens { $max }.
pictures-hint = Jedes Bild braucht eine Beschreibung. Ohne sie kann der Beitrag nicht erscheinen.
pictures-hint-soft = Beschreiben Sie jedes Bild für alle, die es nicht sehen.
description-of = Beschreibung von Bild { $n }
description-hint = Was muss jemand wissen, der das Bild nicht sieht?
description-missing = Beschreiben Sie das Bild oder wählen Sie „nur Schmuck“.
description-long = Die Beschreibung ist zu lang. Höchstens { $max } Zeichen.
only-decoration = Das Bild ist nur Schmuck
cover-pictures = Bilder erst nach einem Klick zeigen
cover-pictures-hint = Zum Beispiel bei Unfällen. Mit einem Inhaltshinweis geschieht das von selbst.
remove-picture = Bild { $n } entfernen
add-picture = Bild { $n } hinzufügen
more-pictures = Weitere Bilder hinzufügen
picture-wrong = Diese Datei können wir nicht lesen. Nehmen Sie JPEG, PNG, WebP, GIF oder AVIF, für einen Film MP4 oder WebM.
picture-large = Diese Datei ist zu groß. Höchstens { $max } MB.
too-many-pictures = Ein Beitrag trägt höchstens 4 Bilder.
picture-gone = Ein Bild ist nicht mehr da. Fügen Sie es noch einmal hinzu.
sent-already = Dieser Beitrag ist schon gesendet. Sie finden ihn unter „Veröffentlicht“ oder „Entwürfe“.
moved-writes-no-more = Dieses Konto ist umgezogen und schreibt nichts mehr. Schreiben Sie vom neuen Konto aus.
language = Sprache
content-warning-hint = Der Text klappt erst nach einem Klick auf. Zum Beispiel „Bericht über Gewalt“.
who-reads = Wer soll das lesen?
visibility-fixed = { $visibility } (lässt sich nach dem Veröffentlichen nicht ändern)
publish = Veröffentlichen
save-draft = Als Entwurf sichern
hand-in = Zur Freigabe geben
save-changes = Änderungen veröffentlichen
publish-hint = Nach dem Veröffentlichen geht der Beitrag an alle, die folgen. Sie können ihn später ändern oder löschen.
author-hint = Sie schreiben Entwürfe. Veröffentlichen darf jemand mit der Rolle „Freigeben“ oder „Verantworten“.
edit-hint = Andere Server zeigen dann die neue Fassung und dass sie geändert wurde.
preview-title = So sieht man es im Fediverse
preview-none = Hier sehen Sie den Beitrag, sobald Sie die Vorschau erneuern. Gesichert wird dabei nichts.
preview-renew = Vorschau erneuern
changed-meanwhile = Jemand hat den Beitrag inzwischen geändert. Laden Sie die Seite neu und übernehmen Sie Ihre Änderung.
notice-published = Der Beitrag ist erschienen.
notice-draft = Der Entwurf ist gesichert.
notice-waiting = Der Entwurf wartet auf die Freigabe.
notice-changed = Die neue Fassung ist erschienen.
notice-deleted = Der Beitrag ist gelöscht.
notice-draft-deleted = Der Entwurf ist gelöscht.
notice-pinned = Der Beitrag steht jetzt oben auf Ihrer Seite.
notice-unpinned = Der Beitrag steht nicht mehr oben auf Ihrer Seite.

# Listen
drafts = Entwürfe
drafts-lead = Nur im Team sichtbar, bis jemand sie veröffentlicht.
drafts-empty = Keine Entwürfe
drafts-empty-hint = Was Sie als Entwurf sichern, wartet hier.
published-posts = Veröffentlicht
published-lead = Alles, was dieses Konto geschrieben hat.
published-empty = Noch nichts veröffentlicht
published-empty-hint = Schreiben Sie den ersten Beitrag.
post-from = Beitrag vom { $when }
is-answer = Antwort
waits = wartet auf Freigabe
written-by = geschrieben von { $name }
release = Veröffentlichen
edit = Bearbeiten
delete = Löschen
pin = Anpinnen
unpin = Lösen
without-text = Ohne Text

delete-post-title = Diesen Beitrag löschen?
delete-draft-title = Diesen Entwurf löschen?
delete-post-hint = Der Beitrag verschwindet hier sofort. Wir bitten alle Server, ihn ebenfalls zu löschen. Zurückholen lässt er sich nicht.
delete-draft-hint = Der Entwurf ist dann für das ganze Team weg. Zurückholen lässt er sich nicht.
delete-now = Endgültig löschen
keep = Behalten

# Team
members = Team
members-lead = Wer für { $name } arbeitet und was die Person darf.
members-who = Wer hier arbeitet
that-is-you = (das sind Sie)
change = Rolle ändern oder entfernen
role = Rolle
save-role = Rolle speichern
remove-member = Aus dem Team nehmen
remove-member-hint = { $name } kann danach nicht mehr für { $account } arbeiten, auch nicht mit Apps.
add-member = Ins Team aufnehmen
add-member-hint = Die Person muss schon angelegt sein.
add-member-submit = Aufnehmen
member-unknown = Diese Adresse kennen wir nicht. Die Administration legt Personen an.
member-already = Diese Person ist schon im Team.
member-last-owner = Jemand muss das Konto verantworten. Geben Sie die Rolle erst weiter.
role-missing = Wählen Sie eine Rolle.
notice-member-added = Die Person ist jetzt im Team.
notice-member-changed = Die Rolle ist gespeichert.
notice-member-removed = Die Person ist nicht mehr im Team.
role-author = Schreiben
role-author-hint = Schreibt Entwürfe. Veröffentlichen muss jemand anderes.
role-approver = Freigeben
role-approver-hint = Schreibt, veröffentlicht, ändert das Profil und liest private Nachrichten.
role-community = Antworten
role-community-hint = Schreibt Entwürfe, antwortet allen, die sich gemeldet haben, und liest private Nachrichten.
role-analyst = Auswerten
role-analyst-hint = Liest mit, nur keine privaten Nachrichten. Schreibt nichts.
role-owner = Verantworten
role-owner-hint = Darf alles für dieses Konto. Bestimmt, wer im Team ist.

# Personen
people = Personen
people-lead = Alle, die sich auf diesem Server anmelden können.
people-all = Alle Personen
administrator = Administration
administrator-hint = Legt Personen und Konten an.
moderator = Moderation
invited = noch kein Passwort
left-at = ausgeschieden: { $when }
no-accounts-yet = Arbeitet für kein Konto.
new-link = Neuen Link für das Passwort
let-leave = Ausscheiden lassen
leave-hint = { $name } wird sofort überall abgemeldet. Alle Rollen und Apps enden. Das lässt sich nicht zurücknehmen.
leave-now = Jetzt ausscheiden lassen
leave-yourself = Sie selbst können Sie hier nicht ausscheiden lassen.
add-person = Person anlegen
add-person-hint = Damit meldet sich die Person an.
person-name = Name
person-name-hint = So sehen ihn die anderen im Team.
add-person-submit = Anlegen
server-rights = Rechte auf dem Server
person-created = Link für { $email }
person-link-hint = Geben Sie diesen Link weiter. Er gilt einmal, und Sie sehen ihn nur jetzt.
one-time-link = Link zum Wählen des Passworts
notice-person-left = Die Person ist ausgeschieden.

# Konten
accounts = Konten
accounts-lead = Jede Einrichtung schreibt unter ihrem eigenen Konto.
add-account = Konto anlegen
add-account-submit = Konto anlegen
account-type = Was ist es?
type-organization = Einrichtung
type-organization-hint = Ein Amt, eine Bücherei, die Feuerwehr.
type-service = Dienst
type-service-hint = Schreibt automatisch, zum Beispiel Pegelstände.
type-person = Person
type-person-hint = Ein Mensch im Amt, zum Beispiel die Bürgermeisterin.
institution-pick-hint = Wer verantwortlich ist. Wählen Sie eine oder schreiben Sie eine neue.
notice-account-created = Das Konto ist angelegt. Sie verantworten es.

# Profil
profile-settings = Profil
profile-settings-lead = So stellt sich { $name } vor.
note = Über dieses Konto
note-hint = Wer schreibt, worüber und wann? Höchstens 500 Zeichen.
note-long = Der Text ist zu lang. Höchstens 500 Zeichen.
display-name-long = Der Name ist zu lang. Höchstens 100 Zeichen.
fields-hint = Zum Beispiel „Website“ und ihre Adresse.
field-long = Das ist zu lang. Höchstens 255 Zeichen.
field-name = Bezeichnung { $n }
field-value = Inhalt { $n }
avatar = Neues Profilbild
avatar-hint = Quadratisch, am besten das Wappen oder Zeichen. PNG, JPEG, WebP oder GIF.
header-picture = Neues Kopfbild
header-hint = Breit, mindestens 1500 mal 500 Punkte. Ohne Bild zeigen wir die gezeichnete Stadt.
locked = Vor dem Folgen fragen
locked-hint = Sie entscheiden dann über jede Anfrage. Für öffentliche Stellen ist das selten sinnvoll.
save-profile = Profil speichern
notice-profile = Das Profil ist gespeichert.

# Anfragen
requests = Anfragen
requests-lead = Wer { $name } folgen möchte.
requests-storm = Dem Konto darf sonst jeder sofort folgen. Diese Anfragen warten auf Sie, weil binnen einer Stunde sehr viele Konten derselben Domain folgen wollten, oder weil das Konto damals noch gefragt hat.
requests-empty = Keine offenen Anfragen
requests-empty-hint = Neue Anfragen erscheinen hier von selbst.
accept = Annehmen
reject = Ablehnen
notice-accepted = Die Anfrage ist angenommen.
notice-rejected = Die Anfrage ist abgelehnt.

# Fehler
back-to-work = Weiter in der Redaktion

# Neues
new = neu
tab-new = { $tab } ({ $n } neu)

# Teilen
share-title = Diesen Beitrag teilen?
share-hint = Alle, die { $name } folgen, sehen ihn dann mit dem Hinweis „geteilt von { $name }“.
share-now = Jetzt teilen
unshare-title = Diesen Beitrag haben Sie geteilt
unshare-hint = Wenn Sie ihn nicht mehr teilen, verschwindet er von Ihrer Seite. Andere Server bitten wir, ihn dort auch zu entfernen.
unshare = Nicht mehr teilen
shared-already = Geteilt
shared-post-of = Sie haben einen Beitrag von { $name } geteilt
post-of = Beitrag von { $name }
back-to-inbox = Zurück zum Eingang
notice-shared = Der Beitrag ist geteilt.
notice-unshared = Der Beitrag ist nicht mehr geteilt.

# Verlauf
earlier-posts = { $n ->
    [one] Einen früheren Beitrag zeigen
   *[other] { $shown } frühere Beiträge zeigen
}
answers-so-far = { $n ->
    [one] Eine Antwort bisher
   *[other] { $shown } Antworten bisher
}
answered-already = { $name } hat hier schon geantwortet.

# Bilder und Filme
has-films = { $n ->
    [one] ein Film
   *[other] { $shown } Filme
}
has-files = { $n ->
    [one] eine Datei
   *[other] { $shown } Dateien
}
pictures-and-films = Bilder oder Film
add-picture-or-film = Bild oder Film hinzufügen
files-hint = Bilder bis 16 MB, ein kurzer Film (MP4 oder WebM) bis 99 MB. Ein Film steht allein.
description-of-file = Beschreibung dazu
film = Film
file-one = Datei
file-number = Bild { $n }
description-of-film = Beschreibung des Films
film-description-hint = Was ist zu sehen, was ist zu hören?
film-description-missing = Beschreiben Sie den Film.
film-alone = Ein Film steht allein. Entfernen Sie den Film oder die Bilder.
remove-film = Film entfernen
focus-of = Ausschnitt von Bild { $n } wählen
focus = Was soll immer zu sehen sein?
focus-hint = Manche Server und Apps beschneiden Bilder. Dieser Teil bleibt dann sichtbar.
part-f1 = oben links
part-f2 = oben
part-f3 = oben rechts
part-f4 = links
part-f5 = Mitte
part-f6 = rechts
part-f7 = unten links
part-f8 = unten
part-f9 = unten rechts

# Von einem anderen Server her
interaction-follow = Diesem Konto folgen?
interaction-answer = Diesen Beitrag beantworten?
interaction-like = Diesen Beitrag als Favorit merken?
interaction-post = Was möchten Sie mit diesem Beitrag tun?
interaction-none = Hier können Sie nichts tun
interaction-none-hint = Keines Ihrer Konten darf das, oder das Konto ist umgezogen.
interaction-as = Mit welchem Konto?
interaction-for = als { $name }
notice-followed = Sie folgen dem Konto. Wenn es Anfragen prüft, erst nach seiner Zusage.
notice-liked = Der Beitrag ist als Favorit gemerkt.

# Zitate
quote = Zitieren
quote-title = Beitrag zitieren
you-quote = Sie zitieren { $name }
who-quotes = Wer darf diesen Beitrag zitieren?
who-quotes-hint = Nur was alle lesen dürfen, kann zitiert werden.
quotes-public = Alle
quotes-followers = Wer dem Konto folgt
quotes-nobody = Niemand außer uns
quote-denied = Diesen Beitrag dürfen Sie nicht zitieren, oder sein Server hat uns nicht gesagt, dass Sie es dürfen. Teilen oder verlinken Sie ihn stattdessen.
quote-closed = Wer andere zitiert, schreibt für alle: Wählen Sie „Alle“ oder „Alle, aber unauffällig“.
revoke-quote = Zitat zurücknehmen
revoke-quote-hint = Der Beitrag bleibt, zeigt Ihren aber nicht mehr. Das können Sie nicht rückgängig machen.
revoke-quote-now = Jetzt zurücknehmen
notice-quote-revoked = Ihr Beitrag wird dort nicht mehr gezeigt.

# Umfrage schreiben
add-poll = Umfrage hinzufügen
poll-hint = Zwei bis vier Antworten. Die Zeit läuft, sobald der Beitrag erscheint.
poll-option = Antwort { $n }
poll-open-for = Offen für
poll-choose-several = Mehrere Antworten wählbar
poll-hide = Ergebnis erst am Ende zeigen
poll-few = Schreiben Sie mindestens zwei Antworten, oder leeren Sie alle.
poll-long = Kürzen Sie diese Antwort auf { $max } Zeichen.
poll-wrong = Jede Antwort darf nur einmal vorkommen.
poll-or-pictures = Ein Beitrag hat entweder Bilder oder eine Umfrage. Entfernen Sie das eine.
days = { $n ->
    [one] einen Tag
   *[other] { $shown } Tage
}
hours = { $n ->
    [one] eine Stunde
   *[other] { $shown } Stunden
}
minutes = { $n ->
    [one] eine Minute
   *[other] { $shown } Minuten
}

# Panel-Umfrage schreiben
panel-label = Panel-Umfrage
panel-hint = Fragt Menschen nach sich selbst; das Ergebnis steht nach dem Ende unter „Reichweite“. Ohne eigene Antworten setzen wir eine Vorlage ein, in der Sprache des Beitrags, die Sie noch ändern können.
panel-fill = Vorlage einsetzen
panel-one = In einer Panel-Umfrage ist nur eine Antwort wählbar.
panel-open = Eine Panel-Umfrage muss für alle sichtbar sein.
panel-question-residence = Wohnen Sie in unserer Stadt? Wir möchten wissen, wen wir hier erreichen. Veröffentlicht wird nur, wie oft jede Antwort gewählt wurde.
panel-answers-residence = Ja / Nein, aber ich arbeite oder lerne hier / Nein
panel-question-age = Wie alt sind Sie? Wir möchten wissen, wen wir hier erreichen. Veröffentlicht wird nur, wie oft jede Antwort gewählt wurde.
panel-answers-age = unter 25 / 25 bis 44 / 45 bis 64 / 65 oder älter
