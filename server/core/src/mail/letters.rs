//! What mail says, in German and in English.
//!
//! What anybody may have typed into the form (name, address of the object, reason) stands in no mail before the address is
//! confirmed: else the form would send anybody's words to anybody.

use chrono::{DateTime, Local, Utc};

use crate::domain::moderation::{Ground, Measure};
use crate::domain::notifiers::Kind;
use crate::store::{decisions, measures};

/// A mail before it is addressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub body: String,
}

/// In which language a mail is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tongue {
    German,
    English,
}

use Tongue::{English, German};

/// Who writes, and to whom.
#[derive(Clone, Copy, Debug)]
pub struct Pen<'a> {
    tongue: Tongue,
    title: &'a str,
}

/// How something came up that was decided about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Somebody reported it.
    Report,
    /// Staff saw it.
    Staff,
    /// A rule held it back by itself, and then a person looked.
    Rule,
}

impl Cause {
    /// Of something that somebody has reported, or that a rule had held.
    pub fn new(is_reported: bool, was_held: bool) -> Cause {
        match (is_reported, was_held) {
            (true, _) => Cause::Report,
            (false, true) => Cause::Rule,
            (false, false) => Cause::Staff,
        }
    }
}

/// What was decided, as it is told.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The number of the case.
    pub number: &'a str,
    /// Where it stands.
    pub url: &'a str,
    /// The decision.
    pub decision: &'a decisions::Model,
    /// What it does.
    pub measures: &'a [measures::Model],
    /// How it came up.
    pub cause: Cause,
    /// The secret link.
    pub link: &'a str,
}

impl<'a> Pen<'a> {
    /// Writes in German where `language` is German, else in English; `title` is the name of the server.
    pub fn new(language: &str, title: &'a str) -> Pen<'a> {
        let is_german = language.split(['-', '_']).next().is_some_and(|tag| tag.eq_ignore_ascii_case("de"));
        Pen { tongue: if is_german { German } else { English }, title }
    }

    fn say(self, german: &str, english: &str) -> String {
        match self.tongue {
            German => german.to_owned(),
            English => english.to_owned(),
        }
    }

    fn day(self, at: DateTime<Utc>) -> String {
        let at = at.with_timezone(&Local);
        match self.tongue {
            German => at.format("%-d.%-m.%Y").to_string(),
            English => at.format("%-d %B %Y").to_string(),
        }
    }

    fn letter(self, subject: String, parts: Vec<String>) -> Letter {
        let greeting = self.say("Guten Tag,", "Hello,");
        let end = match self.tongue {
            German => format!("-- \n{}\nDiese Nachricht hat ein Programm verschickt.", self.title),
            English => format!("-- \n{}\nThis message was sent by a program.", self.title),
        };
        let parts = parts.into_iter().filter(|part| !part.is_empty());
        let body: Vec<String> = [greeting].into_iter().chain(parts).chain([end]).collect();
        Letter { subject, body: body.join("\n\n") + "\n" }
    }

    /// A report has come. `confirm`: the link by which the address is confirmed, and for how many days it is good.
    pub fn acknowledgement(self, ticket: &str, link: &str, confirm: Option<(&str, i64)>) -> Letter {
        let confirm = match (self.tongue, confirm) {
            (_, None) => String::new(),
            (German, Some((confirm, days))) => format!(
                "bitte bestätigen Sie, dass diese Adresse Ihnen gehört. Der Link gilt {days} Tage. Bis dahin sehen wir uns \
                 die Meldung später an; verloren geht sie nicht:\n\n{confirm}\n\nHaben Sie nichts gemeldet? Dann tun Sie \
                 nichts. Sie bekommen keine weitere Nachricht."
            ),
            (English, Some((confirm, days))) => format!(
                "please confirm that this address is yours. The link is good for {days} days. Until then we look at the \
                 report later; it does not get lost:\n\n{confirm}\n\nYou have not reported anything? Then do nothing. You \
                 will get no further message."
            ),
        };
        let (subject, came, then) = match self.tongue {
            German => (
                format!("Ihre Meldung {ticket} ist da"),
                format!("Ihre Meldung ist eingegangen. Ihre Nummer: {ticket}"),
                format!(
                    "Ein Mensch sieht sie sich an und entscheidet, kein Programm. Den Stand und die Entscheidung lesen Sie \
                     hier. Geben Sie den Link nicht weiter:\n\n{link}"
                ),
            ),
            English => (
                format!("We have your report {ticket}"),
                format!("Your report has arrived. Its number: {ticket}"),
                format!(
                    "A person looks at it and decides, no program. Here you can read how it stands and what was decided. \
                     Pass this link on to nobody:\n\n{link}"
                ),
            ),
        };
        self.letter(subject, vec![came, confirm, then])
    }

    /// What was decided, for somebody who reported.
    pub fn outcome(self, told: Told<'_>) -> Letter {
        let (subject, first, last) = match self.tongue {
            German => (
                format!("Wir haben über Ihre Meldung entschieden ({})", told.number),
                "wir haben über einen Inhalt entschieden, den Sie gemeldet haben:".to_owned(),
                format!(
                    "Sie sind nicht einverstanden? Bis {} können Sie sich kostenlos beschweren. Darüber entscheidet eine \
                     andere Person. Geben Sie den Link nicht weiter:\n\n{}",
                    self.day(told.decision.complaint_until),
                    told.link
                ),
            ),
            English => (
                format!("We have decided about your report ({})", told.number),
                "we have decided about something that you reported:".to_owned(),
                format!(
                    "You do not agree? Until {} you may complain free of charge. Another person will decide. Pass this \
                     link on to nobody:\n\n{}",
                    self.day(told.decision.complaint_until),
                    told.link
                ),
            ),
        };
        let decision = told.decision;
        let mut parts = vec![format!("{first}\n{}", told.url), self.done(told.measures)];
        parts.extend(self.reasons(decision));
        parts.extend([self.by_a_person(), last]);
        self.letter(subject, parts)
    }

    /// What was decided and why, for those whom it restricts (Art. 17).
    pub fn statement(self, told: Told<'_>) -> Letter {
        let (subject, first, cause, last) = match self.tongue {
            German => (
                format!("Entscheidung über Ihren Inhalt ({})", told.number),
                "wir haben über einen Inhalt oder ein Konto von Ihnen entschieden:".to_owned(),
                match told.cause {
                    Cause::Report => "Anlass war eine Meldung. Wer gemeldet hat, sagen wir nicht.",
                    Cause::Staff => "Wir haben es selbst bemerkt. Kein Programm hat danach gesucht.",
                    Cause::Rule => {
                        "Eine Regel gegen Fluten hat es zuerst von selbst zurückgehalten. Dann hat ein Mensch entschieden."
                    }
                },
                format!(
                    "Hier lesen Sie alles noch einmal und können sich bis {} kostenlos beschweren. Darüber entscheidet eine \
                     andere Person. Geben Sie den Link nicht weiter:\n\n{}",
                    self.day(told.decision.complaint_until),
                    told.link
                ),
            ),
            English => (
                format!("Decision about your content ({})", told.number),
                "we have decided about content or an account of yours:".to_owned(),
                match told.cause {
                    Cause::Report => "The cause was a report. We do not say who reported.",
                    Cause::Staff => "We noticed it ourselves. No program searched for it.",
                    Cause::Rule => {
                        "A rule against floods held it back at first, by itself. Then a person decided."
                    }
                },
                format!(
                    "Here you can read all of this again and complain free of charge until {}. Another person will decide. \
                     Pass this link on to nobody:\n\n{}",
                    self.day(told.decision.complaint_until),
                    told.link
                ),
            ),
        };
        let place = match self.tongue {
            German => format!("Das gilt auf dem Server „{}“.", self.title),
            English => format!("This holds on the server “{}”.", self.title),
        };
        let decision = told.decision;
        let mut parts =
            vec![format!("{first}\n{}", told.url), self.done(told.measures), place, cause.to_owned()];
        parts.extend(self.reasons(decision));
        parts.push(self.by_a_person());
        if !decision.redress.is_empty() {
            parts.push(format!(
                "{}\n{}",
                self.say("So können Sie sich wehren:", "How to object:"),
                decision.redress
            ));
        }
        parts.push(last);
        self.letter(subject, parts)
    }

    /// What another person has decided about a complaint.
    pub fn answer(self, number: &str, takes_back: bool, reasons: &str, link: Option<&str>) -> Letter {
        let (subject, first, here) = match (self.tongue, takes_back) {
            (German, true) => (
                format!("Antwort auf Ihre Beschwerde ({number})"),
                "eine andere Person hat Ihre Beschwerde geprüft: Die Entscheidung ist zurückgenommen.",
                "Hier lesen Sie alles:",
            ),
            (German, false) => (
                format!("Antwort auf Ihre Beschwerde ({number})"),
                "eine andere Person hat Ihre Beschwerde geprüft: Die Entscheidung bleibt. Sie können sich noch an eine \
                 zugelassene Streitbeilegungsstelle oder an ein Gericht wenden.",
                "Hier lesen Sie alles:",
            ),
            (English, true) => (
                format!("Answer to your complaint ({number})"),
                "another person has looked at your complaint: the decision is taken back.",
                "Here you can read everything:",
            ),
            (English, false) => (
                format!("Answer to your complaint ({number})"),
                "another person has looked at your complaint: the decision stands. You may still turn to a certified \
                 dispute settlement body or to a court.",
                "Here you can read everything:",
            ),
        };
        let link = link.map(|link| format!("{here}\n\n{link}")).unwrap_or_default();
        self.letter(subject, vec![first.to_owned(), reasons.to_owned(), link])
    }

    /// Somebody may be in danger, for a moderator.
    pub fn alarm(self, number: &str, link: &str) -> Letter {
        match self.tongue {
            German => self.letter(
                format!("Gefahr: Fall {number}"),
                vec![format!("ein Fall liegt in der Spur „Gefahr“. Bitte sehen Sie sofort nach:\n\n{link}")],
            ),
            English => self.letter(
                format!("Danger: case {number}"),
                vec![format!("there is a case in the lane “Danger”. Please look at it at once:\n\n{link}")],
            ),
        }
    }

    /// A case is due soon, for a moderator.
    pub fn reminder(self, number: &str, due_at: DateTime<Utc>, link: &str) -> Letter {
        let day = self.day(due_at);
        match self.tongue {
            German => self.letter(
                format!("Bald fällig: Fall {number}"),
                vec![format!("80 % der Frist sind um. Der Fall ist bis {day} zu entscheiden:\n\n{link}")],
            ),
            English => self.letter(
                format!("Due soon: case {number}"),
                vec![format!("80 % of the time are over. The case has to be decided by {day}:\n\n{link}")],
            ),
        }
    }

    /// A direct message to somebody elsewhere about a decision. What was decided stands under the link alone: a message can
    /// be read by whoever runs their server, and a handle in a moderator's text would bring in somebody else.
    pub fn message(self, handle: &str, link: &str) -> String {
        match self.tongue {
            German => format!(
                "@{handle} Unsere Moderation hat über einen Inhalt oder ein Konto von Ihnen entschieden. Was, warum und wie \
                 Sie sich beschweren können, lesen Sie hier. Geben Sie den Link nicht weiter: {link}"
            ),
            English => format!(
                "@{handle} Our moderators have decided about content or an account of yours. What, why and how to complain \
                 you can read here. Pass this link on to nobody: {link}"
            ),
        }
    }

    /// A direct message to somebody elsewhere who complained.
    pub fn message_of_answer(self, handle: &str, link: &str) -> String {
        match self.tongue {
            German => {
                format!("@{handle} Wir haben Ihre Beschwerde beantwortet. Die Antwort lesen Sie hier: {link}")
            }
            English => format!("@{handle} We have answered your complaint. The answer is here: {link}"),
        }
    }

    /// Somebody who often sent unfounded reports is warned, or paused.
    pub fn step(self, kind: Kind, ends_at: DateTime<Utc>, reasons: &str, link: &str) -> Letter {
        let day = self.day(ends_at);
        let (subject, first, last) = match (self.tongue, kind) {
            (German, Kind::Warning) => (
                "Bitte prüfen Sie, was Sie melden",
                "mehrere Ihrer Meldungen waren offensichtlich unbegründet. Geht das so weiter, sehen wir uns Ihre Meldungen \
                 eine Zeit lang zuletzt an."
                    .to_owned(),
                "Sie sind nicht einverstanden? Hier können Sie sich kostenlos beschweren. Darüber entscheidet eine andere \
                 Person. Geben Sie den Link nicht weiter:",
            ),
            (German, Kind::Pause) => (
                "Ihre Meldungen sehen wir uns eine Zeit lang zuletzt an",
                format!(
                    "wieder waren Meldungen von Ihnen offensichtlich unbegründet. Bis {day} sehen wir uns Ihre Meldungen \
                     zuletzt an. Verloren geht keine, und wer in Gefahr ist, wird weiter sofort gehört."
                ),
                "Sie sind nicht einverstanden? Hier können Sie sich kostenlos beschweren. Darüber entscheidet eine andere \
                 Person. Geben Sie den Link nicht weiter:",
            ),
            (English, Kind::Warning) => (
                "Please check what you report",
                "several of your reports were manifestly unfounded. If this goes on, we look at your reports last for a time."
                    .to_owned(),
                "You do not agree? Here you can complain free of charge. Another person will decide. Pass this link on to \
                 nobody:",
            ),
            (English, Kind::Pause) => (
                "For a time we look at your reports last",
                format!(
                    "again reports of yours were manifestly unfounded. Until {day} we look at your reports last. None gets \
                     lost, and whoever is in danger is heard at once as before."
                ),
                "You do not agree? Here you can complain free of charge. Another person will decide. Pass this link on to \
                 nobody:",
            ),
        };
        self.letter(subject.to_owned(), vec![first, reasons.to_owned(), format!("{last}\n\n{link}")])
    }

    /// A direct message to somebody elsewhere who is warned, or paused.
    pub fn message_of_step(self, kind: Kind, handle: &str, link: &str) -> String {
        match (self.tongue, kind) {
            (German, Kind::Warning) => format!(
                "@{handle} Mehrere Ihrer Meldungen waren offensichtlich unbegründet. Was das heißt und wie Sie sich \
                 beschweren können, lesen Sie hier. Geben Sie den Link nicht weiter: {link}"
            ),
            (German, Kind::Pause) => format!(
                "@{handle} Ihre Meldungen sehen wir uns eine Zeit lang zuletzt an. Warum und wie Sie sich beschweren können, \
                 lesen Sie hier. Geben Sie den Link nicht weiter: {link}"
            ),
            (English, Kind::Warning) => format!(
                "@{handle} Several of your reports were manifestly unfounded. What that means and how to complain you can \
                 read here. Pass this link on to nobody: {link}"
            ),
            (English, Kind::Pause) => format!(
                "@{handle} For a time we look at your reports last. Why, and how to complain, you can read here. Pass this \
                 link on to nobody: {link}"
            ),
        }
    }

    /// A direct message to somebody elsewhere who complained and has the link to the answer.
    pub fn message_of_answer_there(self, handle: &str) -> String {
        match self.tongue {
            German => format!(
                "@{handle} Wir haben Ihre Beschwerde beantwortet. Die Antwort steht unter dem Link, den Sie bekommen haben."
            ),
            English => format!(
                "@{handle} We have answered your complaint. The answer is under the link that you got."
            ),
        }
    }

    /// A direct message to somebody elsewhere whose report has come.
    pub fn message_of_receipt(self, handle: &str, ticket: &str, link: &str) -> String {
        match self.tongue {
            German => format!(
                "@{handle} Ihre Meldung ist eingegangen. Ihre Nummer: {ticket}. Ein Mensch entscheidet darüber. Den Stand und \
                 die Entscheidung lesen Sie hier. Geben Sie den Link nicht weiter: {link}"
            ),
            English => format!(
                "@{handle} Your report has arrived. Its number: {ticket}. A person decides about it. How it stands and what \
                 was decided you can read here. Pass this link on to nobody: {link}"
            ),
        }
    }

    /// A direct message to somebody elsewhere about whose report was decided.
    pub fn message_of_outcome(self, handle: &str, link: &str) -> String {
        match self.tongue {
            German => format!(
                "@{handle} Wir haben über Ihre Meldung entschieden. Was, warum und wie Sie sich beschweren können, lesen Sie \
                 hier. Geben Sie den Link nicht weiter: {link}"
            ),
            English => format!(
                "@{handle} We have decided about your report. What, why and how to complain you can read here. Pass this link \
                 on to nobody: {link}"
            ),
        }
    }

    fn by_a_person(self) -> String {
        self.say("Ein Mensch hat entschieden, kein Programm.", "A person has decided, no program.")
    }

    /// Facts and ground, as far as there are any.
    fn reasons(self, decision: &decisions::Model) -> Vec<String> {
        let mut parts = Vec::new();
        if !decision.facts.is_empty() {
            parts.push(format!(
                "{}\n{}",
                self.say("Was geschehen ist:", "What has happened:"),
                decision.facts
            ));
        }
        let kind = match Ground::parse(&decision.ground) {
            Some(Ground::Rules) => self.say("Grundlage, Regeln der Stadt:", "Ground, rules of the city:"),
            Some(Ground::Law) => self.say("Grundlage, Gesetz:", "Ground, law:"),
            Some(Ground::None) | None => return parts,
        };
        parts.push(format!("{kind}\n{}", decision.citation));
        parts
    }

    /// What was done, a line for each measure, with how long it holds.
    fn done(self, measures: &[measures::Model]) -> String {
        if measures.is_empty() {
            return self.say("Der Inhalt bleibt, wie er ist.", "The content stays as it is.");
        }
        let line = |measure: &measures::Model| {
            let what = Measure::parse(&measure.kind).unwrap_or(Measure::Forward);
            let done = match what {
                Measure::Sensitive => self.say("Die Bilder sind hier verdeckt.", "The pictures are covered here."),
                Measure::Hide => self.say("Der Beitrag ist hier nicht mehr zu sehen.", "The post is not shown here any more."),
                Measure::Delete => self.say("Der Beitrag ist hier gelöscht.", "The post is deleted here."),
                Measure::Limit => self.say(
                    "Das Konto erscheint hier nicht mehr in öffentlichen Listen.",
                    "The account is in no public lists here any more.",
                ),
                Measure::Block => self.say(
                    "Das Konto kann Konten der Stadt nicht mehr schreiben. Öffentliches lesen kann es weiter.",
                    "The account can't write to accounts of the city any more. What is public it may still read.",
                ),
                Measure::Suspend => self.say(
                    "Das Konto und seine Beiträge sind hier nicht mehr zu sehen.",
                    "The account and its posts are not shown here any more.",
                ),
                Measure::RejectMedia => self.say(
                    "Bilder und Filme vom Server dieses Kontos sind hier nicht mehr zu sehen.",
                    "Pictures and films from the server of this account are not shown here any more.",
                ),
                Measure::LimitDomain => self.say(
                    "Alle Konten auf dem Server dieses Kontos erscheinen hier nicht mehr in öffentlichen Listen.",
                    "All accounts on the server of this account are in no public lists here any more.",
                ),
                Measure::SuspendDomain => self.say(
                    "Der ganze Server dieses Kontos ist ausgeschlossen: Nichts von dort ist hier mehr zu sehen.",
                    "The whole server of this account is shut out: nothing of it is shown here any more.",
                ),
                Measure::Forward => self.say(
                    "Der Inhalt ist der Moderation des anderen Servers gemeldet.",
                    "The content was reported to the moderators of the other server.",
                ),
            };
            let time = match (measure.ends_at, what.can_end()) {
                (Some(at), _) => match self.tongue {
                    German => format!(" Das gilt bis {}.", self.day(at)),
                    English => format!(" This holds until {}.", self.day(at)),
                },
                (None, true) => self.say(" Das gilt bis auf Weiteres.", " This holds until further notice."),
                (None, false) => String::new(),
            };
            format!("- {done}{time}")
        };
        measures.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_german_for_those_who_read_german_and_english_for_all_others() {
        let subject =
            |language| Pen::new(language, "Stadt").acknowledgement("2026-0001-ABCD", "x", None).subject;

        assert_eq!(subject("de"), "Ihre Meldung 2026-0001-ABCD ist da");
        assert_eq!(subject("de-AT"), subject("de"));
        assert_eq!(subject("en"), "We have your report 2026-0001-ABCD");
        assert_eq!(subject("tr"), subject("en"));
    }
}
