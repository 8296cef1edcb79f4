# Berichte über ein Quartal oder ein Jahr
report-link = Bericht für Quartal oder Jahr
report-link-hint = Zum Vorlegen: als Seite, PDF und Tabelle.
report-yearly = Jährlicher Wirkungsbericht { $year }
report-of-year = Jahresbericht { $year }
report-of-quarter = Bericht über das { $period }
report-all = { $city }: alle Einrichtungen
report-choose = Quartal oder Jahr
report-pdf = PDF
report-ods = Tabelle (ODS)
report-csv = Daten (CSV)
report-period-of = Zeitraum: { $first } bis { $last }
report-made = Erstellt am { $when }
report-since = Gezählt wird seit dem { $when }. Was davor war, ist nicht bekannt.
report-running = Der Zeitraum läuft noch. Die Zahlen reichen bis zum { $when }.
report-future = Der Zeitraum hat noch nicht begonnen.
report-uncounted = Für diesen Zeitraum ist nichts gezählt.
report-page-of = Seite { $n } von { $total }
report-not-known = nicht bekannt
report-back = Zurück zur Reichweite

report-inputs = Aufwand: Was haben wir eingesetzt?
report-outputs = Angebot: Was haben wir veröffentlicht?
report-outtakes = Verbreitung: Was kam an?
report-outcomes = Ergebnis: Was haben Menschen getan?
report-impact = Wirkung: Was hat sich geändert?
report-learning = Gelerntes: Was machen wir deshalb anders?
report-figures = Kennzahlen: { $what }
report-indicator = Kennzahl
report-truth = Wie wahr?
report-n = n
report-stage = Bereich
report-unit = Einheit
report-definition = Definition

report-text-people = { $n ->
    [one] Zugang zum Konto hat heute ein Mensch.
   *[other] Zugang zum Konto haben heute { $shown } Menschen.
}
report-text-staff = { $n ->
    [one] Zugang zum Werkzeug hat heute ein Mensch.
   *[other] Zugang zum Werkzeug haben heute { $shown } Menschen.
}
report-text-cpu = Der Server hat für alles, was er tat, mindestens { $time } gerechnet.
report-text-no-hours = Wie viel Arbeitszeit das gekostet hat, weiß der Server nicht.
report-text-posts = { $n ->
    [0] Es ist kein Beitrag erschienen.
    [one] Es ist ein Beitrag erschienen.
   *[other] Es sind { $shown } Beiträge erschienen.
}
report-text-described = Von { $m } Beiträgen mit Bild oder Film sind { $share } vollständig beschrieben oder als Schmuck gekennzeichnet.
report-text-delivered = Andere Server haben Beiträge { $n }-mal angenommen; zugestellt heißt nicht gelesen.
report-text-undelivered = { $n }-mal kam ein Beitrag nicht an.
report-text-followers = { $n ->
    [one] Zuletzt folgte ein Konto.
   *[other] Zuletzt folgten { $shown } Konten.
}
report-text-new = { $n ->
    [one] Neu dazu kam mindestens ein Konto.
   *[other] Neu dazu kamen mindestens { $shown } Konten.
}
report-text-views = Unsere eigenen Seiten wurden mindestens { $n }-mal aufgerufen.
report-text-clicks = Über Kampagnenadressen kamen mindestens { $n } Aufrufe.
report-text-reactors = Mindestens { $accounts } Konten haben auf Beiträge reagiert, zusammen mindestens { $n }-mal.
report-text-nobody = Auf Beiträge hat niemand reagiert, so weit es uns gemeldet wurde.
report-text-answered = { $answered } von { $asked } Fragen wurden beantwortet.
report-text-within = In jedem Monat dauerte die Hälfte der Antworten höchstens { $time }.
report-text-impact = Ob jemand durch einen Beitrag etwas erfahren, besser verstanden oder anders gemacht hat, kann kein Server messen. Das sagen nur Befragungen, die Fachämter oder die Statistik der Stadt.
report-blank-impact = Was hat sich geändert? Woran sehen Sie das (Befragung, Statistik, Rückmeldungen)?
report-text-compared = Im Vergleich mit { $before }:
report-text-change = { $what }: { $change }
report-text-no-change = Im Vergleich mit { $before } hat sich keine der Kennzahlen geändert.
report-text-incomparable = Ein Vergleich ist nicht möglich: Dieser Zeitraum oder der davor ist nicht vollständig gezählt.
report-blank-learning = Welche Entscheidungen haben Sie getroffen? Was machen Sie anders?

report-institutions = Die Einrichtungen
report-institutions-note = Nach Namen geordnet, nicht nach Erfolg: Die Aufgaben sind verschieden.
report-moderation = Moderation
report-moderation-note = Meldungen und Entscheidungen auf dem ganzen Server. Mehr steht im öffentlichen Transparenzbericht: { $address }
report-limits = Was sich nicht messen lässt
report-limit-impact = Was ein Beitrag bewirkt. Deshalb hat der Abschnitt „Wirkung“ keine Zahl.
report-method = Wie gemessen wird
report-method-n = „n“ sagt, aus wie vielen Fällen eine Zahl gebildet ist. Wo dort ein Strich steht, ist es die Zahl selbst.
report-truth-exact = Die Zahl stammt vollständig aus unseren eigenen Daten.
report-truth-lower-bound = Es können mehr sein: Manche Server melden nicht alles, und was nach zwei Tagen eintrifft, fehlt.
report-truth-upper-bound = Es kann weniger sein.
report-truth-estimate = Andere sagen es uns, wir können es nicht prüfen.

report-complete = Bericht ergänzen
report-complete-hint = Die Sätze sind aus den Zahlen vorbereitet. Ändern und ergänzen Sie sie; die Kennzahlen bleiben, wie sie sind. Der Server hebt Ihren Text nicht auf: Er steht nur in dem PDF, das Sie herunterladen.
report-complete-pdf = PDF mit diesem Text herunterladen

report-people = Menschen mit Zugang
report-cpu-time = Rechenzeit
report-bytes-sent = Versandte Daten
report-described = Bilder beschrieben
report-followers-reached = Erreichbare Folgende je Beitrag
report-reactions = Reaktionen
report-reactions-per-1000 = Reaktionen je 1.000 Folgende
report-questions = Fragen an uns
report-minutes-to-answer = Zeit bis zur Antwort

report-how-people = Wer heute schreiben, freigeben oder Zahlen ansehen darf. Wie viele es früher waren, wird nicht aufgehoben.
report-how-cpu-time = Rechenzeit für alles, was der Server tut, vom Betriebssystem gemessen. Den Strom kennt nur das Rechenzentrum.
report-how-bytes-sent = Beiträge, die andere Server angenommen haben, ohne Verschlüsselung und Wege. n: Beiträge, die hinausgingen.
report-how-posts = Veröffentlichte Beiträge, ohne Geteiltes und ohne Direktnachrichten.
report-how-described = Anteil der Beiträge mit Bild oder Film, bei denen jedes Bild beschrieben oder als Schmuck gekennzeichnet ist. n: Beiträge mit Bild oder Film.
report-how-delivered = Für jeden Beitrag die Server, die ihn angenommen haben. Zugestellt heißt nicht gelesen. n: Beiträge, die hinausgingen.
report-how-undelivered = Für jeden Beitrag die Server, die ihn am Ende nicht angenommen haben. n: Beiträge, die hinausgingen.
report-how-new-followers = Konten, die zu folgen begannen und es zwei Tage später noch taten. Wer später geht, bleibt gezählt.
report-how-followers-reached = Konten, die folgen und deren Server den Beitrag angenommen hat, im Mittel je Beitrag. Ob sie ihn gesehen haben, weiß niemand. n: Beiträge, die hinausgingen.
report-how-reactions = „Gefällt mir“, Geteilt, Antworten, Zitate und Abstimmungen zusammen. Ein Konto kann mehrmals reagieren. Was nach zwei Tagen zurückgenommen wird, bleibt gezählt.
report-how-reactions-per-1000 = Reaktionen, geteilt durch die Konten, die zuletzt folgten, mal 1.000. Auch Konten, die nicht folgen, reagieren. n: Konten, die folgen.
report-how-replies = Öffentliche Antworten anderer, die unser Server erhalten hat.
report-how-questions = Jeder Beitrag anderer, der das Konto nennt, gilt als Frage.
report-how-answered = Fragen, auf die das Konto geantwortet hat. n: Fragen an uns.
report-how-minutes-to-answer = In jedem Monat kam die Hälfte der ersten Antworten in dieser Zeit oder schneller; genannt ist der langsamste Monat. n: beantwortete Fragen.
report-megabytes = { $n } Megabyte
report-unit-count = Anzahl
report-unit-percent = Prozent
report-unit-milliseconds = Millisekunden
report-unit-bytes = Byte
report-unit-minutes = Minuten
report-minutes = { $n ->
    [one] 1 Minute
   *[other] { $shown } Minuten
}
report-hours = { $n ->
    [one] 1 Stunde
   *[other] { $shown } Stunden
}
report-days = { $n ->
    [one] 1 Tag
   *[other] { $shown } Tage
}

# Panel-Umfragen
report-panel-answers = Antworten in Panel-Umfragen
report-how-panel-answers = Antworten auf Umfragen, in denen Menschen etwas über sich sagten und die im Zeitraum endeten. Selbst ausgewählt: Wer an zweien teilnahm, zählt zweimal, und über alle anderen sagen sie nichts. n: Umfragen.
report-text-panels = In { $polls } Panel-Umfragen gab es mindestens { $n } Antworten; wer antwortete, hat sich selbst gemeldet.
