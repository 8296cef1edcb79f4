# Inhalt melden
report = Melden
report-account = Konto melden
report-this = Beitrag von { $name } melden
report-content = Inhalt melden
report-title = Einen Inhalt melden
report-lead = Sie haben hier etwas gesehen, das verboten ist oder gegen die Regeln verstößt? Sagen Sie es uns. Das dauert etwa drei Minuten. Sie brauchen kein Konto.
report-danger = Ist jemand in Gefahr?
report-danger-hint = Rufen Sie zuerst die Polizei:
report-where = Wo steht der Inhalt?
report-where-hint = Kopieren Sie die Adresse aus der Adresszeile. Mehrere Adressen: eine pro Zeile.
report-what = Worum geht es?
report-why = Warum ist das nicht in Ordnung?
report-why-hint = Ein paar Sätze reichen. Sie müssen kein Gesetz nennen.
report-who = Wer sind Sie?
report-who-hint = Beides dürfen Sie leer lassen. Meldungen mit E-Mail-Adresse sehen wir uns zuerst an. Die gemeldete Person erfährt Ihren Namen nicht.
report-name = Name
report-email = E-Mail-Adresse
report-trap = Lassen Sie dieses Feld leer
report-end = Zum Schluss
report-good-faith = Ich habe das nach bestem Wissen geschrieben.
report-send = Meldung abschicken
report-after = Was danach geschieht
report-next = So geht es weiter
report-next-1-when = Sofort:
report-next-1 = Sie bekommen eine Nummer und einen Link zum Nachsehen.
report-next-2-when = Innerhalb von 1 Werktag:
report-next-2 = Ein Mensch sieht sich den Inhalt an.
report-next-3-when = Innerhalb von 5 Werktagen:
report-next-3 = Wir entscheiden. Die Gründe lesen Sie unter Ihrem Link.
report-person = Es entscheidet immer ein Mensch, kein Programm.
report-else = Lieber anders melden?
report-else-hint = Schreiben Sie uns:
report-address-missing = Nennen Sie die Adresse, unter der der Inhalt steht.
report-address-wrong = Schreiben Sie höchstens 10 Adressen, eine pro Zeile, zum Beispiel https://server.example/@name/123
report-question-missing = Wählen Sie, worum es geht.
report-reason-missing = Schreiben Sie, was nicht in Ordnung ist.
report-reason-long = Die Begründung ist zu lang. Höchstens 5.000 Zeichen.
report-name-long = Der Name ist zu lang. Höchstens 200 Zeichen.
report-email-wrong = Diese E-Mail-Adresse stimmt nicht. Sie dürfen das Feld leer lassen.
report-good-faith-missing = Bestätigen Sie, dass Sie nach bestem Wissen schreiben.
report-too-many = Von Ihrem Anschluss kamen gerade viele Meldungen. Versuchen Sie es in einer Stunde noch einmal.

question-insult = Beleidigung, Hass oder Drohung
question-fraud = Betrug oder gefälschtes Konto
question-violence = Gewalt oder Gefahr für Kinder und Jugendliche
question-privacy = Private Daten oder Bilder ohne Erlaubnis
question-copyright = Urheberrecht
question-other = Etwas anderes

# Quittung
receipt-page = Meldung { $number }
receipt-title = Danke, Ihre Meldung ist da
receipt-decided = Wir haben über Ihre Meldung entschieden
receipt-number = Ihre Nummer
receipt-received = Meldung eingegangen.
receipt-looked = Ein Mensch hat sich den Inhalt angesehen.
receipt-by = Bis { $day }:
receipt-decide = Wir entscheiden, mit Begründung. Sind Sie nicht einverstanden, können Sie sich sechs Monate lang beschweren.
receipt-yours = Das haben Sie gemeldet
receipt-addresses = { $n ->
    [one] Adresse
   *[other] Adressen
}
receipt-reason = Ihre Begründung
receipt-status = Stand der Meldung
receipt-later = Später nachsehen
receipt-later-hint = Unter diesem Link sehen Sie den Stand und die Entscheidung. Geben Sie ihn nicht weiter.
receipt-link = Ihr Link

# Was entschieden wurde
outcome-title = Das haben wir entschieden
outcome-when = Entschieden am
outcome-facts = Was geschehen ist
outcome-ground = Grundlage
outcome-redress = So kann man sich wehren
outcome-person = Ein Mensch hat entschieden, kein Programm.
outcome-reversed = Wir haben diese Entscheidung am { $day } zurückgenommen.
outcome-nothing = Der Inhalt bleibt, wie er ist.
outcome-sensitive = Die Bilder des Beitrags sind hier jetzt verdeckt.
outcome-hide = Der Beitrag ist hier nicht mehr zu sehen.
outcome-delete = Der Beitrag ist hier gelöscht.
outcome-limit = Das Konto erscheint hier nicht mehr in öffentlichen Listen.
outcome-block = Das Konto kann Konten der Stadt nicht mehr schreiben.
outcome-suspend = Das Konto und seine Beiträge sind hier nicht mehr zu sehen.
outcome-reject_media = Bilder und Filme vom Server dieses Kontos sind hier nicht mehr zu sehen.
outcome-limit_domain = Alle Konten auf diesem Server erscheinen hier nicht mehr in öffentlichen Listen.
outcome-suspend_domain = Der ganze Server dieses Kontos ist ausgeschlossen.
outcome-forward = Wir haben den Inhalt der Moderation des anderen Servers gemeldet.
outcome-until = Das gilt bis { $day }.
outcome-ended = Das galt bis { $day }.
ground-rules = Regeln der Stadt
ground-law = Gesetz

# Beschwerde
complaint-yours = Ihre Beschwerde
complaint-label = Sie sind nicht einverstanden? Beschweren Sie sich
complaint-hint = Kostenlos, bis { $day }. Eine andere Person entscheidet darüber.
complaint-send = Beschwerde abschicken
complaint-missing = Schreiben Sie, womit Sie nicht einverstanden sind.
complaint-long = Die Beschwerde ist zu lang. Höchstens 5.000 Zeichen.
complaint-waits = Eine andere Person entscheidet darüber. Die Antwort lesen Sie hier.
complaint-upheld = Eine andere Person hat geprüft: Die Entscheidung bleibt.
complaint-reversed = Eine andere Person hat geprüft: Die Entscheidung ist zurückgenommen.

# Adresse bestätigen
receipt-confirm = Bestätigen Sie Ihre E-Mail-Adresse
receipt-confirm-hint = Wir haben Ihnen geschrieben. Öffnen Sie den Link in der Nachricht. Bis dahin sehen wir uns die Meldung später an. Verloren geht sie nicht.
confirm-title = Ist das Ihre E-Mail-Adresse?
confirm-text = Sie haben uns etwas gemeldet. Bestätigen Sie, dass unsere Nachricht bei Ihnen angekommen ist. Dann sehen wir uns die Meldung früher an und schreiben Ihnen, was wir entscheiden.
confirm-now = Ja, bestätigen
confirm-done = Ihre E-Mail-Adresse ist bestätigt
confirm-done-text = Wir schreiben Ihnen, sobald wir entschieden haben. Sie können diese Seite schließen.
confirm-over = Dieser Link gilt nicht mehr
confirm-over-text = Ihre Meldung ist trotzdem da, und wir sehen sie uns an. Den Stand lesen Sie unter dem anderen Link in unserer Nachricht.

# Begründung für Betroffene
statement-page = Entscheidung { $number }
statement-title = Wir haben über Ihren Inhalt entschieden
statement-lead = Hier lesen Sie, was hier jetzt gilt und warum. Sie können sich beschweren.
statement-reported = Anlass war eine Meldung. Wer gemeldet hat, sagen wir nicht.
statement-held = Eine Regel gegen Fluten hat den Beitrag zuerst von selbst zurückgehalten. Dann hat ein Mensch entschieden.
statement-seen = Wir haben es selbst bemerkt. Kein Programm hat danach gesucht.
statement-later-hint = Unter diesem Link lesen Sie die Entscheidung und die Antwort auf Ihre Beschwerde. Geben Sie ihn nicht weiter.
