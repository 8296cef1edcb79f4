nav-reach = Reichweite
reach-title = Reichweite: { $period }
reach-of-all = Alle Einrichtungen
reach-period = Zeitraum
reach-show = Anzeigen
period-quarter = { $quarter }. Quartal { $year }
period-year = Jahr { $year }
reach-in-short = Kurz gesagt
reach-answer = Im { $period } haben *mindestens { $n } Konten* auf Beiträge reagiert: geantwortet, geteilt, zitiert, abgestimmt oder „Gefällt mir“ gedrückt
reach-answer-none = Im { $period } hat *kein Konto* auf Beiträge reagiert
reach-more = , { $much } mehr als im { $period }
reach-fewer = , { $much } weniger als im { $period }
reach-as-many = , so viele wie im { $period }
reach-answered = { $answered } von { $asked } Fragen wurden beantwortet
reach-answer-time = , die Hälfte davon *in höchstens { $time }*
reach-not-over = Der Zeitraum läuft noch.
reach-not-measurable = Wie viele Menschen nur gelesen haben, lässt sich nicht messen.
reach-limits-link = Was wir messen und was nicht
reach-empty = Für { $period } ist noch nichts gezählt
reach-empty-hint = Gezählt wird jede Stunde. Wo Menschen sind, steht hier nach dem Ende eines Monats.
reach-numbers = Die Zahlen im Einzelnen
reach-how = Wie gemessen?
reach-reactions = Reaktionen
reach-reactions-head = Reaktionen
reach-reactions-sum = Ein Konto kann mehrmals reagieren. { $period }: { $now }
reach-chart = Liniendiagramm
reach-as-table = Als Tabelle
reach-when = Wann
reach-peak = { $n }: { $when }
reach-range = Zwischen { $low } und { $high }.
reach-highest = Am meisten: { $when }.
reach-share = Anteil
reach-amount = Anzahl
reach-server = Server
reach-software = Software
reach-reactors-by-host = Von welchen Servern wurde reagiert?
reach-followers-by-host = Auf welchen Servern sind Folgende?
reach-followers-by-software = Mit welcher Software lesen Folgende?
reach-floor = Kleine Gruppen nennen wir nicht, und größere nur in Schritten von { $n }, damit niemand erkannt werden kann.
reach-rest = Kleinere Gruppen und Gerundetes
reach-comparison = Vergleich
reach-compared = { $now } im Vergleich mit { $before }
reach-what = Was
reach-change = Änderung
reach-same = gleich
reach-points = { $n } Punkte
percent = { $n } %
n-of-m = { $n } von { $m }
reach-accounts = Konten
reach-account = Konto
reach-posts = Beiträge mit den meisten Reaktionen
reach-post = Beitrag
reach-tags = Kampagnen
reach-tag = Schlagwort
reach-languages = Sprachen
reach-new-followers = davon neu: { $n }
reach-for-each-post = im Mittel je Beitrag
post-without-text = Beitrag ohne Text
reach-limits = Was wir messen und was nicht
reach-limit-read = Wie viele Menschen einen Beitrag auf anderen Servern sehen, sagt uns niemand. Wir schätzen es auch nicht.
reach-limit-exact = „Genau“ heißt: Die Zahl stammt vollständig aus unseren eigenen Daten.
reach-limit-at-least = „Mindestens“ heißt: Manche Server melden nicht alles. Was nach zwei Tagen zurückgenommen wird, bleibt gezählt; was später eintrifft, fehlt.
reach-limit-floor = Zahlen über Server und Software gibt es höchstens einmal im Monat, nie für weniger als { $n } Konten und nur gerundet.
reach-limit-residents = Ob jemand in der Stadt wohnt oder wie alt jemand ist, wissen wir nicht und erfragen es nicht heimlich. Offen fragen können Sie, mit einer Panel-Umfrage; dann antwortet, wer will.
reach-version = Fassung der Definitionen: { $n }
reach-hand-on = Weitergeben
reach-hand-on-hint = Die Datei enthält Zeitraum, Messweise und Wahrheitsgrad. Keine Namen von Personen.
reach-csv = Daten (CSV)

truth-exact = genau
truth-lower-bound = mindestens
truth-upper-bound = höchstens
truth-estimate = geschätzt

measure-posts = Beiträge
measure-described = mit Bildbeschreibung
measure-favourites = Gefällt mir
measure-boosts = Geteilt
measure-replies = Antworten
measure-quotes = Zitate
measure-votes = Abstimmungen
measure-new-followers = Neue Folgende
measure-delivered = Zugestellt an Server
measure-undelivered = Nicht zugestellt
measure-followers-reached = Folgende auf diesen Servern
measure-followers = Konten, die folgen
measure-views = Aufrufe unserer Seiten
measure-clicks = Aufrufe über Kampagnenadressen
measure-feed-readers = Lesen per Feed
measure-reactors = Konten, die reagiert haben
measure-answered = Fragen beantwortet

how-reactors = Gezählt wird jedes Konto einmal, von mehreren Monaten der stärkste. Manche Server melden uns Reaktionen nicht, deshalb kann die Zahl nur höher sein.
how-followers = Stand am letzten gezählten Tag des Zeitraums, aus unserer eigenen Liste. Bei allen Einrichtungen zusammen zählt, wer zweien folgt, zweimal.
how-delivered = Server, die den Beitrag angenommen haben. Zugestellt heißt nicht gelesen.
how-followers-reached = Konten, die folgen und deren Server den Beitrag angenommen hat. Ob sie ihn gesehen haben, weiß niemand.
how-views = Gezählt auf unseren Seiten, ohne Programme, die sich als solche zu erkennen geben. Es werden keine Personen erkannt; wer zweimal kommt, zählt zweimal.
how-clicks = Gezählt, wenn ein Browser die Adresse öffnet. Abrufe, mit denen Server eine Vorschau holen, zählen nicht.
how-feed-readers = Aus Angaben der Dienste, die den Feed für viele abrufen. Abweichung etwa 20 %.

# Kampagnenadressen
nav-links = Kampagnen
links-title = Kampagnen
links-lead = Eine kurze Adresse für jedes Plakat, jede Schule, jede Linie. So sehen Sie, welcher Ort gelesen wird, ohne jemanden zu beobachten.
links-all = Alle Adressen
links-none = Noch keine Adresse. Legen Sie die erste an.
links-sum = Zusammen { $n }-mal geöffnet. Gezählt werden Browser, keine Vorschauen. Einzelne Orte stehen hier nach dem Ende eines Monats, wenn es mehr als { $floor } waren, in Schritten von { $floor }. Wer zweimal kommt, zählt zweimal.
link-clicks = mal geöffnet
link-few = noch nichts zu nennen
link-ended = beendet
link-leads-to = Führt zu { $target }
link-svg = QR-Code (SVG)
link-png = QR-Code (PNG)
link-end = Beenden
link-end-hint = Wer die Adresse dann öffnet, sieht, dass es sie nicht mehr gibt. Auf gedruckten Plakaten lässt sich das nicht ändern.
link-end-now = Jetzt beenden
link-new = Neue Adresse
link-label = Ort
link-label-hint = Wo die Adresse steht, zum Beispiel „Plakat Hauptbahnhof“.
link-target = Ziel
link-target-hint = Die Seite, zu der sie führt, mit https://
link-create = Adresse anlegen
link-label-wrong = Nennen Sie den Ort, mit höchstens 100 Zeichen.
link-target-wrong = Schreiben Sie eine Adresse, die mit https:// beginnt.
notice-link-created = Die Adresse ist angelegt.
notice-link-ended = Die Adresse ist beendet.

# Ein Beitrag
reach-post-title = Reichweite eines Beitrags
reach-post-answer = *Angenommen von { $servers } Servern*, dahinter mindestens *{ $followers } Folgende*
reach-post-failed = { $n ->
    [one] ; ein Server hat ihn nicht angenommen
   *[other] ; { $shown } Server haben ihn nicht angenommen
}
reach-post-unknown = Wie der Beitrag hinausging, wird nur einige Wochen aufgehoben.
reach-post-none = Bisher hat niemand reagiert.
how-favourites = Gezählt, wenn uns ein anderer Server davon berichtet. Nicht alle tun das.
how-boosts = Gezählt, wenn jemand teilt und uns dessen Server davon berichtet.
how-replies = Öffentliche Antworten; mehrere eines Kontos zählen einmal.
how-quotes = Zitate, denen zugestimmt wurde.
how-votes = Konten, die abgestimmt haben.
measure-followers-here = Folgende auf Servern der Region
how-followers-here = Folgende auf den Servern, die die Administration als regional eingetragen hat, am Ende des letzten vollen Monats. Viele Menschen von hier sind auf anderen Servern, und auf den hiesigen sind auch andere.

# Uhrzeit und Energie
reach-hours = Reaktionen nach Uhrzeit
reach-n = { $n } Reaktionen
reach-hour = { $from } bis { $to } Uhr
reach-hours-hint = Erst ab 20 Reaktionen, sonst sähe Zufall wie eine Regel aus. Wann Ihre Beiträge erschienen, bestimmt das Bild mit.
reach-energy = Energie
reach-energy-hint = Rechenzeit des Servers für alles, was er tut, vom Betriebssystem gemessen; auf die Beiträge verteilt, die hinausgingen. Bytes ohne Verschlüsselung und Wege. Den Strom kennt nur Ihr Rechenzentrum.
reach-seconds = { $n } Sekunden
reach-milliseconds = { $n } Millisekunden
reach-kilobytes = { $n } Kilobyte
reach-bytes = { $n } Byte
reach-cpu = Rechenzeit
reach-cpu-for-each-post = Rechenzeit je Beitrag
reach-cpu-for-each-follower = Rechenzeit je erreichtem Konto
reach-kilobytes-for-each-post = Versendet je Beitrag
reach-bytes-for-each-follower = Versendet je erreichtem Konto

# Eine Kampagne
reach-campaign-title = { $tag }: { $period }
reach-campaign-answer = Im { $period } gab es *mindestens { $n } Reaktionen* auf Beiträge mit
reach-campaign-none = Im { $period } hat *niemand* auf Beiträge mit { $tag } reagiert
reach-campaign-clicks = Ihre Adressen wurden *mindestens { $n }-mal* geöffnet.
reach-campaign-quiet = Wie oft die Adressen der Kampagne geöffnet wurden, steht hier nach dem Ende des Monats, und nur für Orte mit mehr als { $n } Aufrufen.
reach-lost-followers = ; gegangen: { $n }
reach-told = Stand: Ende { $period }. Neu genannt wird es erst, wenn genug Konten dazugekommen oder gegangen sind.
reach-reactions-before = Reaktionen davor
reach-answer-half = Antwortzeit
reach-followers-head = Folgende
reach-reactors-head = Reagiert
measure-lost-followers = Gegangene
link-tag = Kampagne
link-tag-hint = Das Schlagwort der Beiträge, zu denen die Adresse gehört, zum Beispiel „Stadtfest“.
link-tag-wrong = Schreiben Sie ein einziges Schlagwort, ohne Leerzeichen.

# Panel-Umfragen
reach-panels = Zielgruppen: Was Befragte über sich sagen
reach-panels-short = Panel-Umfragen
reach-panels-lead = Selbst ausgewählt: Gezählt ist nur, wer mitmachen wollte. Über alle anderen sagt eine Umfrage nichts.
reach-panel-kind = { $kind }, beendet am { $when }
reach-panel-n = n = { $n } Antworten
reach-panel-question = Umfrage
reach-panel-answers = Antworten der Umfrage
reach-panel-answer = Antwort
reach-panel-votes = Konten
reach-panel-share = Anteil
reach-panel-range-head = Spanne (95 %)
reach-panel-range = { $low } bis { $high } %
reach-chart-of-ranges = Diagramm: Balken für die Spanne, Strich für den Anteil
reach-panel-few = Unter { $n } Antworten nennen wir keine Anteile: Zufall sähe wie ein Ergebnis aus.
reach-panel-most = Am häufigsten: „{ $answer }“, mindestens { $votes }.
reach-panel-would = Das sind { $share } derer, die antworteten. Hätte der Zufall sie ausgesucht, läge der Anteil unter allen bei { $range }. Das hat er nicht: Sie haben sich selbst gemeldet.
reach-panel-random = Die Spannen gälten, wenn der Zufall die Antwortenden ausgesucht hätte. Das hat er nicht: Sie haben sich selbst gemeldet.
how-panels = Eine gewöhnliche Umfrage im Fediverse: Wer wollte, wählte eine Antwort. Gezählt ist, was bei uns ankam; es können mehr sein. Anteil: von denen, die antworteten. Spanne: 95-Prozent-Intervall nach Wilson; sie gälte für alle nur, wenn der Zufall die Antwortenden ausgesucht hätte. Wie viele Menschen aus der Stadt oder eines Alters wir erreichen, folgt daraus nicht: Sicher ist nur, dass mindestens so viele Konten so geantwortet haben. Anteile nennen wir ab 20 Antworten. Die Summen stehen auch öffentlich unter dem Beitrag; weiter aufgeteilt werden sie nicht. Wer was gewählt hat, vergisst unser Server, sobald die Umfrage endet.
panel-none = Keines: eine gewöhnliche Umfrage
panel-residence = Wohnort
panel-age = Alter

# Wie fein
grain-label = Diagramm nach Tagen, Wochen oder Monaten
grain-day = Tage
grain-week = Wochen
grain-month = Monate
reach-week = Woche ab { $day }

# Theoretisches Maximum eines Beitrags
measure-potential = Theoretisches Maximum
reach-potential = Eigene Folgende und die Folgenden von { $n } Konten, die geteilt haben.
reach-potential-read = Die ersten dieser Zahlen sind vom { $when }.
reach-potential-unknown = Ein theoretisches Maximum nennen wir hier nicht: Von { $unknown } der { $boosters } Konten, die geteilt haben, sagt ihr Server nicht oder noch nicht, wie viele ihnen folgen.
how-potential = Formel: eigene Folgende plus die Folgenden aller, die geteilt haben. Wer mehreren folgt, zählt mehrmals, und die meisten werden den Beitrag nicht gesehen haben; deshalb ist es nur eine Obergrenze und wird nie über Beiträge zusammengezählt. Wer ihn über ein Schlagwort oder eine Suche fand, ist nicht dabei. Die Zahlen anderer Server können wir nicht prüfen. Erst ab so vielen Teilenden, wie die kleinste genannte Gruppe groß ist.
