nav-moderation = Meldungen

# Warteschlange
cases = Meldungen
cases-lead = Ein Fall für jeden Inhalt, so oft er auch gemeldet wurde. Das Dringendste steht oben.
cases-waiting = Zu entscheiden
cases-decided = Entschieden
cases-empty = Alles entschieden
cases-empty-hint = Niemand wartet auf eine Antwort. Neue Meldungen erscheinen hier von selbst.
cases-none-decided = Noch nichts entschieden
cases-none-decided-hint = Was Sie entscheiden, finden Sie hier wieder.
all-cases = Alle Meldungen
case = Fall { $number }
case-has = Zuständig: { $name }
case-free = Noch niemand zuständig
case-post-without-text = Beitrag ohne Text
case-account = Konto: { $name }
decided-at = entschieden: { $when }
page-before = Vorige Seite
page-after = Nächste Seite
reports = { $n ->
    [one] Eine Meldung
   *[other] { $shown } Meldungen
}
span-hours = { $n ->
    [0] weniger als eine Stunde
    [one] eine Stunde
   *[other] { $shown } Stunden
}
span-days = { $n ->
    [one] ein Tag
   *[other] { $shown } Tage
}
due-in = noch { $left }, bis { $when }
due-since = überfällig: { $left }
lane-danger = Gefahr
lane-preferred = Bevorzugt
lane-normal = Normal
lane-unconfirmed = Ohne bestätigten Absender
source-client = Konten der Stadt
source-server = andere Server
source-form = Meldeformular
source-letter = Brief oder E-Mail
source-authority = Anordnung einer Behörde
source-own = eigene Beobachtung
source-count = { $n } × { $source }

# Fall
case-danger = Jemand kann in Gefahr sein
case-danger-hint = Rufen Sie zuerst die Polizei: 110. Schreiben Sie danach in die interne Notiz, wann und mit wem Sie gesprochen haben.
case-kind-post = Gemeldeter Beitrag
case-kind-account = Gemeldetes Konto
case-kind-address = Gemeldete Adresse
case-kept = Gesichert
case-kept-at = gesichert: { $when }
case-media = Bilder und Filme zeigen
case-now = So steht es jetzt da
case-earlier = Frühere Fassungen
case-proof = Woran man erkennt, dass nichts verändert wurde
case-taken = Gesichert am
case-hash = Prüfsumme (SHA-256)
case-address = Adresse
case-thread = Ganze Unterhaltung ansehen
case-thread-elsewhere = Auf dem anderen Server ansehen
case-state-same = Seit der Sicherung nicht geändert.
case-state-changed = Seit der Sicherung geändert. Unten steht die Fassung von jetzt.
case-state-deleted = Inzwischen gelöscht.
case-state-account = Profile ändern sich ohne Fassungen. Sehen Sie auf der Seite nach.
case-state-address = Unter dieser Adresse kennen wir keinen öffentlichen Inhalt.
case-one-answer = Eine Entscheidung beantwortet alle
first-at = erste { $when }
trusted = Vertrauenswürdiger Hinweisgeber
typed-by = eingetragen von { $name }
file-picture = Bild
file-film = Film
file-other = Datei
case-about = Angaben zum Fall
case-who = Zuständig
case-take = Übernehmen
case-leave = Zurückgeben
case-give = Jemandem geben
case-give-to = An wen?
case-give-now = Übergeben
deadlines = Fristen
deadline-look = Erste Sichtung, 1 Werktag
deadline-decide = Entscheidung
history = Verlauf
internal-note = Interne Notiz
internal-note-hint = Lesen nur Menschen mit der Rolle Moderation.
note-save = Notiz sichern
note-missing = Schreiben Sie etwas in die Notiz.
note-too-long = Die Notiz ist zu lang. Höchstens 5.000 Zeichen.
lane = Spur
lane-hint = Die Frist richtet sich nach der Spur.
lane-save = Spur ändern

# Verlauf
event-nobody = Jemand
event-opened = Fall eröffnet, Inhalt gesichert.
event-reopened = Wieder eröffnet: Es kam eine neue Meldung.
event-taken = { $name } hat den Fall übernommen.
event-left = { $name } hat den Fall zurückgegeben.
event-given = { $name } hat den Fall { $to } gegeben.
event-note = { $name } hat eine Notiz geschrieben:
event-lane = { $name } hat die Spur geändert: { $lane }.
event-reminded = 80 % der Frist sind um.
event-decided = { $name } hat entschieden: { $what }.
event-ended-by = { $name } hat vorzeitig beendet: { $what }.
event-ended = Von selbst beendet: { $what }.
event-complaint = Jemand hat sich beschwert.
event-answered = { $name } hat die Beschwerde beantwortet. { $what }

# Entscheidung
decision = Entscheidung
measures = Was soll geschehen?
measures-hint = Sie können mehreres wählen. Lesen bleibt für alle möglich, auch bei einer Sperre.
measures-missing = Wählen Sie, was geschehen soll, oder dass nichts geschieht.
measures-both = Wählen Sie entweder „Nichts“ oder eine Maßnahme.
measures-wrong = Eine dieser Maßnahmen geht hier nicht. Der Beitrag oder das Konto ist vielleicht nicht mehr da.
measure-nothing = Nichts, der Inhalt bleibt
measure-sensitive = Bilder verdecken
measure-sensitive-hint = Sie erscheinen erst nach einem Klick.
measure-hide = Beitrag hier ausblenden
measure-hide-hint = Auf anderen Servern bleibt er sichtbar.
measure-delete = Beitrag löschen
measure-delete-hint = Lässt sich nicht zurücknehmen. Die Sicherung in diesem Fall bleibt.
measure-limit = Konto nur auf Nachfrage zeigen
measure-limit-hint = Es erscheint nicht mehr in öffentlichen Listen.
measure-block = Konto für Antworten sperren, befristet
measure-block-hint = Es kann Konten der Stadt nicht mehr schreiben. Öffentliches liest es weiter.
measure-suspend = Konto ganz ausschließen
measure-suspend-hint = Alle seine Beiträge verschwinden hier, und wir nehmen nichts mehr an.
measure-reject_media = Keine Bilder von diesem Server zeigen
measure-reject_media-hint = Bilder und Filme aller Konten dort erscheinen hier nicht mehr, ihre Texte schon.
measure-limit_domain = Diesen Server nur auf Nachfrage zeigen
measure-limit_domain-hint = Seine Konten erscheinen nicht mehr in öffentlichen Listen.
measure-suspend_domain = Diesen Server ausschließen
measure-suspend_domain-hint = Nichts von dort wird gezeigt oder angenommen, und nichts geht dorthin.
measures-domain = Etwas für den ganzen Server { $domain } entscheiden
measures-domain-hint = Das trifft alle Konten dort, auch solche, die nichts getan haben. Es steht danach in der öffentlichen Liste, mit der Grundlage dieser Entscheidung als Begründung.
measure-forward = An den anderen Server weitermelden
measure-forward-hint = Dessen Moderation bekommt Ihre Angaben unter „Was ist geschehen?“, höchstens 1.000 Zeichen.
block-days = Wie lange sperren?
block-days-hint = Die Sperre endet von selbst.
block-institution = Für wen gilt die Sperre?
block-everywhere = Für alle Konten der Stadt
measure-days = Wie lange gelten die anderen Maßnahmen?
measure-days-hint = Löschen und Weitermelden haben keine Frist.
days-open = bis auf Weiteres
days-until = { $days }, bis { $day }
days-wrong = Wählen Sie eine Dauer aus der Liste.
ground = Worauf stützt sich die Entscheidung?
ground-rules-hint = Nennen Sie unten Fassung und Nummer.
ground-law-hint = Zum Beispiel § 185 StGB. Beteiligen Sie das Rechtsamt.
ground-none = Auf nichts: Es wird nichts eingeschränkt
ground-none-hint = Nur, wenn der Inhalt bleibt oder Sie nur weitermelden.
ground-missing = Wählen Sie, worauf sich die Entscheidung stützt.
citation = Welche Regel, welches Gesetz?
citation-hint = Zum Beispiel „Netiquette vom 1. März 2026, Nummer 3“.
citation-missing = Nennen Sie die Regel oder das Gesetz.
facts = Was ist geschehen?
facts-hint = Nur Tatsachen, keine Namen von Meldenden. Wer gemeldet hat, liest diesen Text.
facts-missing = Schreiben Sie, was geschehen ist.
redress = So kann sich die Person wehren
redress-hint = Prüfen Sie Frist und Anschrift.
redress-missing = Schreiben Sie, wie sich die Person wehren kann.
redress-template-choose = Vorlage wählen, bevor Sie etwas eintragen:
redress-text = Sie können sich bis { $day } kostenlos beschweren. Schreiben Sie an { $contact }. Über Ihre Beschwerde entscheidet eine andere Person als über diesen Fall. Sie können sich auch an eine zugelassene Streitbeilegungsstelle oder an ein Gericht wenden.
# Regeln der Leichten Sprache: eine Aussage je Satz, ein Satz je Zeile, kein Genitiv, kein Passiv, lange Wörter mit Mediopunkt.
redress-text-easy = Finden Sie unsere Entscheidung falsch?
    Dann können Sie sich beschweren.
    Das kostet kein Geld.
    Sie haben Zeit bis { $day }.
    Schreiben Sie an { $contact }.
    Dann prüft eine andere Person alles noch einmal.
    Sie können auch zu einem Gericht gehen.
    Oder Sie gehen zu einer Streit·beilegungs·stelle.
    Diese Stelle hilft bei Streit.
easy-german = Leichte Sprache
category = Kategorie
category-hint = Für den Transparenzbericht. Vorgewählt nach dem, was gemeldet wurde.
category-missing = Wählen Sie eine Kategorie aus der Liste.
text-of-decision-long = Der Text ist zu lang. Höchstens 5.000 Zeichen.
decide = Entscheiden
decision-conflict = Jemand hat den Fall inzwischen entschieden, oder der Beitrag hat sich geändert. Lesen Sie ihn noch einmal.
decision-of = Entscheidung: { $when }
decision-by = Entschieden hat { $name }.
decision-reversed = { $name } hat die Entscheidung zurückgenommen: { $when }
measure-until = bis { $when }
measure-ended = beendet: { $when }
measure-end = Vorzeitig beenden
measure-end-hint = Was die Maßnahme bewirkt hat, wird gleich zurückgenommen.
measure-end-now = Jetzt beenden
complaint-possible = Beschwerde möglich
until-day = bis { $day }
complaint = Beschwerde
complaint-reasons = Ihre Antwort mit Gründen
complaint-reasons-hint = Wer sich beschwert hat, liest diesen Text.
complaint-reasons-missing = Schreiben Sie die Gründe.
complaint-uphold = Entscheidung bleibt
complaint-reverse = Entscheidung zurücknehmen
complaint-another = Sie haben diesen Fall entschieden. Über die Beschwerde muss eine andere Person entscheiden.
complaint-conflict = Über diese Beschwerde muss eine andere Person entscheiden, oder sie ist schon beantwortet.
complaint-was-upheld = Die Entscheidung bleibt.
complaint-was-reversed = Die Entscheidung ist zurückgenommen.

# Eintragen
type-in = Meldung eintragen
type-in-title = Meldung eintragen
type-in-lead = Was per Brief, E-Mail oder Telefon kam, oder was Sie selbst gesehen haben.
type-in-source = Woher kommt die Meldung?
type-in-source-missing = Wählen Sie, woher die Meldung kommt.
type-in-address-hint = Eine Adresse. Jede weitere tragen Sie einzeln ein.
type-in-address-wrong = Schreiben Sie genau eine Adresse, zum Beispiel https://server.example/@name/123
type-in-reason = Was steht in der Meldung?
type-in-reason-hint = Bei einer Anordnung auch Behörde, Datum und Aktenzeichen.
type-in-name = Wer hat gemeldet?
type-in-email = Wohin antworten?
type-in-urgent = Eilt es?
type-in-trusted-hint = Von einem Koordinator für digitale Dienste anerkannt. Kommt in die bevorzugte Spur.
type-in-danger = Jemand kann in Gefahr sein
type-in-danger-hint = Rufen Sie zuerst die Polizei: 110. Der Fall steht dann ganz oben.
type-in-submit = Eintragen

# Was gerade geschah
notice-case-assigned = Die Zuständigkeit ist geändert.
notice-case-note = Die Notiz ist gesichert.
notice-case-lane = Die Spur ist geändert.
notice-case-decided = Die Entscheidung gilt. Wer über das Formular gemeldet hat, liest sie unter dem eigenen Link.
notice-measure-ended = Die Maßnahme ist beendet.
notice-complaint-answered = Die Beschwerde ist beantwortet.
notice-case-typed = Die Meldung ist eingetragen.
moderator-hint = Sieht alle Meldungen und entscheidet darüber.

# Die sechzehn Kategorien der Transparenzdatenbank
category-ANIMAL_WELFARE = Tierschutz
category-CONSUMER_INFORMATION = Verbraucherinformation
category-CYBER_VIOLENCE = Gewalt im Netz
category-CYBER_VIOLENCE_AGAINST_WOMEN = Gewalt im Netz gegen Frauen
category-DATA_PROTECTION_AND_PRIVACY_VIOLATIONS = Datenschutz und Privatsphäre
category-ILLEGAL_OR_HARMFUL_SPEECH = Rechtswidrige oder schädliche Äußerungen
category-INTELLECTUAL_PROPERTY_INFRINGEMENTS = Geistiges Eigentum
category-NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS = Schaden für öffentliche Debatte oder Wahlen
category-NOT_SPECIFIED_NOTICE = Meldung ohne nähere Angabe
category-OTHER_VIOLATION_TC = Anderer Verstoß gegen die Regeln
category-PROTECTION_OF_MINORS = Schutz von Minderjährigen
category-RISK_FOR_PUBLIC_SECURITY = Gefahr für die öffentliche Sicherheit
category-SCAMS_AND_FRAUD = Betrug
category-SELF_HARM = Selbstverletzung
category-UNSAFE_AND_PROHIBITED_PRODUCTS = Unsichere oder verbotene Produkte
category-VIOLENCE = Gewalt

# Wer Bescheid bekommt
tell = Bescheid geben
tell-author = Der betroffenen Person Bescheid geben
tell-by-mail = Wer das Konto führt, bekommt die Begründung und einen Link zur Beschwerde per E-Mail.
tell-no-mail = E-Mail ist nicht eingerichtet. Wer das Konto führt, liest die Begründung in der Redaktion unter „Entscheidungen“: Sagen Sie dort Bescheid.
tell-nobody = Es geht keine Nachricht hinaus: Kein Konto ist dafür eingerichtet (moderation.account).
tell-by-message = { $account } schickt ihr eine Direktnachricht mit einem Link zu Begründung und Beschwerde. Wer ganz ausgeschlossen ist, bekommt keine.
untold = Warum nicht?
untold-hint = Nur wenn Sie oben abwählen, zum Beispiel bei massenhafter Werbung. Steht nur im Fall.
untold-missing = Schreiben Sie, warum die Person nicht Bescheid bekommt.
mails = Nachrichten
mail-acknowledgement = Eingangsbestätigung
mail-outcome = Entscheidung an Meldende
mail-statement = Begründung an Betroffene
mail-answer = Antwort auf eine Beschwerde
mail-alarm = Gefahr, an die Moderation
mail-reminder = Erinnerung, an die Moderation
mail-sent = { $what }: { $n } verschickt
mail-failed = { $what }: { $n } nicht zustellbar
mail-waiting = { $what }: { $n } warten
mail-last = zuletzt
event-confirmed = Jemand hat die E-Mail-Adresse einer Meldung bestätigt.
event-told-by-mail = Wer das Konto führt, bekommt die Begründung per E-Mail.
event-told = { $name } bekommt eine Direktnachricht mit Link zur Begründung.
event-untold = { $name } gibt der betroffenen Person nicht Bescheid:
event-unreached = Die betroffene Person bekommt keine Nachricht: Es gibt keinen Weg zu ihr.
complaint-of-reporter = Beschwerde von jemandem, der gemeldet hat
complaint-of-author = Beschwerde der betroffenen Person
redress-link = Sie können sich bis { $day } kostenlos beschweren, unter dem Link, den Sie mit dieser Entscheidung bekommen haben. Über Ihre Beschwerde entscheidet eine andere Person als über diesen Fall. Sie können sich auch an eine zugelassene Streitbeilegungsstelle oder an ein Gericht wenden.
redress-link-easy = Finden Sie unsere Entscheidung falsch?
    Dann können Sie sich beschweren.
    Das kostet kein Geld.
    Sie haben Zeit bis { $day }.
    Sie haben von uns einen Link bekommen.
    Öffnen Sie den Link.
    Dort schreiben Sie Ihre Beschwerde.
    Dann prüft eine andere Person alles noch einmal.
    Sie können auch zu einem Gericht gehen.
    Oder Sie gehen zu einer Streit·beilegungs·stelle.
    Diese Stelle hilft bei Streit.

# Entscheidungen über das eigene Konto
nav-statements = Entscheidungen
statements = Entscheidungen über dieses Konto
statements-lead = Was die Moderation eingeschränkt hat und warum. Sie können sich beschweren; eine andere Person entscheidet darüber.
statements-empty = Nichts ist eingeschränkt
notice-complained = Ihre Beschwerde ist da.
event-told-in-workbench = Wer das Konto führt, liest die Begründung in der Redaktion.
held-private = Eine Nachricht, die nicht für alle ist. Ihren Inhalt sehen nur die Genannten.
event-acknowledged = Wer auf einem anderen Server gemeldet hat, bekommt eine Eingangsbestätigung als Direktnachricht.
event-informed = { $n ->
    [one] Die Entscheidung geht an eine meldende Person auf einem anderen Server, als Direktnachricht.
   *[other] Die Entscheidung geht an { $shown } meldende Personen auf anderen Servern, als Direktnachricht.
}
event-held = Automatisch zurückgehalten, bevor jemand den Beitrag sah: { $rule }.
case-held = Eine Regel hält diesen Beitrag zurück. Nur „Beitrag hier ausblenden“, „Beitrag löschen“ oder „Konto ganz ausschließen“ lassen ihn verborgen. Sonst erscheint er mit Ihrer Entscheidung.
answer-of-server = Wer meldete, ist uns nicht bekannt: Der Server meldet im eigenen Namen. Eine Antwort ist nicht möglich.
answer-by-message = Antworten gehen als Direktnachricht hinaus.
answer-nobody-speaks = Es geht keine Antwort hinaus: Kein Konto ist dafür eingerichtet (moderation.account).
unfounded-wrong = Wer etwas einschränkt, sagt damit, dass etwas nicht in Ordnung war. Kreuzen Sie dann keine Meldung an.

# Wer oft Unbegründetes meldet (Artikel 23)
unfounded = Offensichtlich unbegründete Meldungen ankreuzen
unfounded-which = Nur, was auf den ersten Blick falsch ist und wofür nichts spricht. Ein Irrtum genügt nicht.
unfounded-take-back = Doch nicht unbegründet
notifiers = Meldende
notifiers-lead = Wer oft offensichtlich Unbegründetes meldet, wird erst verwarnt. Geht es weiter, warten seine Meldungen eine Zeit lang.
notifiers-none = Niemand ist verwarnt
notifiers-none-hint = Unbegründete Meldungen kreuzen Sie an, wenn Sie einen Fall entscheiden.
notifier = Wer gemeldet hat
notifier-standing = Stand
notifier-part = In zwölf Monaten offensichtlich unbegründet: { $unfounded } von { $sent } Meldungen.
notifier-not-often = Das ist nicht oft. Es gibt nichts zu tun.
notifier-warned-once = Verwarnt. Eine Pause geht erst, wenn danach wieder eine Meldung offensichtlich unbegründet war.
notifier-often = { $n ->
   *[other] Schon { $shown }-mal offensichtlich Unbegründetes gemeldet
}
notifier-once = Schon einmal offensichtlich Unbegründetes gemeldet
notifier-was-paused = Kam während einer Pause
notifier-conflict = Das geht gerade nicht. Lesen Sie den Stand noch einmal, oder lassen Sie eine andere Person antworten.
step-warning = Verwarnung
step-pause = Pause
warning-hint = Die Person erfährt Ihre Gründe und kann sich beschweren. Die Verwarnung zählt ein Jahr.
pause-hint = Meldungen der Person kommen weiter an, aber in die letzte Spur. Sie ändern keine Frist. Bei Gefahr gilt die Pause nicht. Die Person erfährt Ihre Gründe und kann sich beschweren.
pause-days = Wie lange?
step-reasons = Gründe
step-reasons-hint = Was war unbegründet, wie oft, und warum ist das kein Irrtum? Die Person liest diesen Text.
warn-now = Verwarnen
pause-now = Pause beginnen
step-end = Zurücknehmen
step-told = Bescheid gegeben
step-untold = nicht zu erreichen
step-taken-back = Zurückgenommen.
step-stays = Es bleibt dabei.
step-complaint-open = Beschwerde offen
notice-notifier-warned = Die Verwarnung gilt.
notice-notifier-paused = Die Pause gilt.
notice-notifier-ended = Zurückgenommen.
notice-notifier-unmarked = Die Meldung zählt nicht mehr als unbegründet.
warning-title = Bitte prüfen Sie, was Sie melden
warning-lead = Mehrere Ihrer Meldungen waren offensichtlich unbegründet. Geht das so weiter, sehen wir uns Ihre Meldungen eine Zeit lang zuletzt an.
pause-title = Ihre Meldungen sehen wir uns zuletzt an
pause-lead = Das gilt bis { $day }. Ihre Meldungen gehen nicht verloren. Ist jemand in Gefahr, sehen wir sofort nach.
pause-why = Warum
