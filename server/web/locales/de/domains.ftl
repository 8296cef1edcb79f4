# Entscheidungen über ganze Server
domains = Server
domains-lead = Was für einen ganzen Server gilt, mit allem unter seiner Domain. Die öffentlichen Gründe kann jeder lesen.
domains-none = Über keinen Server ist etwas entschieden
domains-none-found = Nichts gefunden zu „{ $name }“
domains-none-hint = Neues entscheiden Sie oben. Vorschläge aus Listen warten, bis jemand sie annimmt.
domain-search = Domain suchen
domain-search-now = Suchen
domain-export = Als CSV sichern
domain-public = Öffentliche Seite
domain-no-reason = Ohne öffentliche Begründung
domain-note-is = Intern: { $note }
domain-since = seit { $day }
domain-since-by = seit { $day }, von { $name }
domain-change = Ändern
domain-lift = Aufheben
domain-lift-hint = Konten, Beiträge und Folgen sind danach wieder wie vorher.
domain-lift-now = Jetzt aufheben
severity-suspend = Ausgeschlossen
severity-suspend-hint = Nichts von diesem Server wird gezeigt oder angenommen, und nichts geht dorthin. Wer von dort folgt, bekommt nichts mehr.
severity-silence = Nur auf Nachfrage
severity-silence-hint = Konten von dort sieht nur, wer ihnen folgt oder nach ihnen sucht.
severity-noop = Sichtbar
severity-noop-hint = Nur das Angekreuzte unten gilt.
rejects-media = Keine Bilder
rejects-media-hint = Bilder und Filme von dort werden nicht gezeigt.
rejects-reports = Keine Meldungen
rejects-reports-hint = Meldungen von dort werden nicht angenommen.
loss-followers = { $n ->
    [0] niemand von dort folgt uns
    [one] ein Konto von dort folgt uns
   *[other] { $shown } Konten von dort folgen uns
}
loss-followed = { $n ->
    [0] wir folgen dort niemandem
    [one] wir folgen dort einem Konto
   *[other] wir folgen dort { $shown } Konten
}
loss-accounts = { $n ->
    [0] kein bekanntes Konto
    [one] ein bekanntes Konto
   *[other] { $shown } bekannte Konten
}
loss-posts = { $n ->
    [0] kein Beitrag hier
    [one] ein Beitrag hier
   *[other] { $shown } Beiträge hier
}

# Eine Entscheidung
domain-new = Über einen Server entscheiden
domain-new-lead = Vor dem Speichern sehen Sie, was verloren ginge.
domain-name = Domain
domain-name-hint = Zum Beispiel laut.example. Sie gilt auch für alles darunter, wie social.laut.example.
domain-wrong = Das ist keine Domain. Schreiben Sie sie ohne https:// und ohne Pfad.
domain-own = Das ist unsere eigene Domain.
domain-severity = Was soll gelten?
domain-severity-missing = Wählen Sie, was gelten soll.
domain-nothing = So würde nichts gelten. Wählen Sie eine Einschränkung oder kreuzen Sie unten etwas an.
domain-beside = Außerdem
domain-reason = Öffentliche Begründung
domain-reason-hint = Jeder kann sie lesen. Nennen Sie keine Personen.
domain-reason-missing = Begründen Sie die Entscheidung.
domain-text-long = Das ist zu lang. Höchstens 1.000 Zeichen.
domain-note = Interne Notiz
domain-check = Zeigen, was verloren ginge
domain-confirm = { $name }: Entscheidung prüfen
domain-confirm-lead = Noch gilt nichts davon.
domain-loss = Was davon berührt wird
domain-confirm-now = Entscheidung speichern
domain-back = Zurück zum Formular

# Listen
domain-lists = Listen
domain-lists-lead = Listen schlagen nur vor. Jede Zeile gilt erst, wenn ein Mensch sie annimmt.
lists-all = Alle Listen
lists-none = Noch keine Liste
list-waiting = { $n ->
    [0] nichts zu prüfen
    [one] ein Vorschlag
   *[other] { $shown } Vorschläge
}
list-by-hand = Eingelesen. Verschwindet, wenn alles geprüft ist.
list-had = Zuletzt geholt: { $when }
list-never-had = Konnte noch nie geholt werden.
list-not-yet = Wird gleich geholt.
list-failure = Abruf gescheitert ({ $when }): { $reason }. Nichts wurde geändert.
list-remove = Liste entfernen
list-remove-hint = Die Vorschläge verschwinden. Was Sie angenommen haben, bleibt.
list-remove-now = Jetzt entfernen
list-subscribe = Liste abonnieren
list-url = Adresse der Liste
list-url-hint = Eine CSV-Datei wie aus Mastodon, mit https://. Sie wird einmal am Tag geholt.
list-url-wrong = Das ist keine Adresse, die mit https:// beginnt.
list-subscribe-now = Abonnieren
list-read = Liste einlesen
list-read-hint = Als Datei oder als Text: wie aus Mastodon, oder eine Domain je Zeile.
list-file = Datei (CSV)
list-file-large = Die Datei ist zu groß. Höchstens 5 MB.
list-text = Oder als Text
list-text-hint = Eine Domain je Zeile genügt.
list-read-now = Einlesen und prüfen
list-read-in = Eingelesen am { $day }
list-wrong = Die Liste ist nicht lesbar: { $reason }
list-lead = Kreuzen Sie an, was Sie entscheiden wollen. Was Sie annehmen, verantworten Sie.
list-nothing = Nichts zu prüfen
list-nothing-hint = Neue Vorschläge erscheinen hier von selbst.
list-lines = Vorschläge
list-accept = Angekreuzte annehmen
list-dismiss = Angekreuzte verwerfen
suggest-new = Bisher nichts entschieden
suggest-now = Bisher: { $severity }
suggest-lift = Aufheben
suggest-gone = Steht nicht mehr auf der Liste
notice-domain-decided = Die Entscheidung gilt.
notice-domain-lifted = Die Entscheidung ist aufgehoben.
notice-list-added = Die Liste ist da.
notice-list-removed = Die Liste ist entfernt.
notice-lines-accepted = Angenommen. Die Entscheidungen gelten.
notice-lines-dismissed = Verworfen. Es wird nicht wieder vorgeschlagen.
notice-nothing-ticked = Es war nichts angekreuzt.

# Für alle
about-domains = Eingeschränkte Server
about-domains-lead = Von diesen anderen Servern zeigen wir nicht alles, und hier steht, warum. Was öffentlich ist, kann jeder bei uns lesen, von wo auch immer.
about-domains-none = Kein Server ist eingeschränkt
about-domains-list = Die Server

# Zurückgehaltene Beiträge
held = Zurückgehalten
held-lead = Diese Beiträge hat eine Regel zurückgehalten. Niemand sieht sie, bis Sie sie freigeben. Soll einer ausgeblendet bleiben, öffnen Sie einen Fall und entscheiden Sie mit Begründung.
held-none = Nichts zurückgehalten
held-none-hint = Welche Regeln gelten, steht in den Einstellungen des Servers.
held-by-rule = Automatisch: { $rule }
held-rule-mentions = nennt sehr viele Konten der Stadt
held-rule-first-reply = erste Antwort eines neuen Kontos
held-answers = Antwort an { $handle }
held-names = { $n ->
    [one] nennt ein Konto der Stadt
   *[other] nennt { $shown } Konten der Stadt
}
held-since = Konto nach eigener Angabe seit { $day }
held-show = Freigeben
held-more = Mehr
held-of-author = Von diesem Konto warten { $shown } Beiträge.
held-show-author = Alle des Kontos freigeben
held-of-host = Alles, was von { $host } wartet:
held-show-host = Alle des Servers freigeben
notice-held-shown = Freigegeben. Wer genannt ist, bekommt eine Mitteilung.

# Bilder im Fall
case-evidence = { $n ->
    [one] Gesichertes Bild zeigen
   *[other] { $shown } gesicherte Bilder zeigen
}
evidence-original = Original sichern
evidence-no-description = Bild ohne Beschreibung
evidence-failure = Ließ sich nicht sichern: { $reason }

# Unterhaltung um einen ausgeblendeten Beitrag
case-thread-of = Unterhaltung zu Fall { $number }
case-thread-lead = Mit allem, was ausgeblendet ist. Nur Menschen mit der Rolle Moderation sehen das.
case-thread-posts = Beiträge
case-thread-hidden = Ausgeblendet
held-case = Als Fall öffnen
held-case-author = Fall zum Konto öffnen
held-domain = Über den Server entscheiden
notice-case-opened = Der Fall ist offen. Bis Sie entscheiden, bleibt der Beitrag zurückgehalten.
