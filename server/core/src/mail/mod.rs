//! Mail: what it says, and handing it to the server that sends it.
//!
//! Plain text only. What is to be sent is a row of `mails`, written in the transaction of what causes it; it goes out by a
//! job of its own (`actions::mails`). Whom mail goes to and what it says never gets into the log, nor does what a mail
//! server answers: it likes to repeat the address.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use lettre::message::header::{ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{self, AsyncSmtpTransport};
use lettre::{Address, AsyncTransport, Tokio1Executor};

use crate::Error;
use crate::config::{Config, MailTls};
use crate::store::mails;

pub mod letters;

/// How long a connection may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long all of it may take. The library waits for a server that falls silent without end.
const LONGEST: Duration = Duration::from_secs(60);

/// The way out for mail.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    reply_to: Option<Mailbox>,
    host: String,
}

/// Why a mail was not taken. The sentence names nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// It may be taken later.
    TryAgain(String),
    /// It will never be.
    Refused(String),
}

impl Mailer {
    /// The way out that the settings name, if they name one.
    pub(crate) fn new(config: &Config) -> Result<Option<Mailer>, Error> {
        let Some(mail) = &config.mail else { return Ok(None) };
        let host = config.server.public_url.host_str().unwrap_or_default().to_owned();
        let parameters = || {
            let mut builder = TlsParameters::builder(mail.host.clone());
            if let Some(file) = &config.federation.trusted_ca_file {
                let pem = std::fs::read(file).map_err(Error::unexpected)?;
                builder =
                    builder.add_root_certificate(Certificate::from_pem(&pem).map_err(Error::unexpected)?);
            }
            builder.build().map_err(Error::unexpected)
        };
        let tls = match mail.tls {
            MailTls::Wrapped => Tls::Wrapper(parameters()?),
            MailTls::Upgraded => Tls::Required(parameters()?),
            MailTls::Local => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&mail.host)
            .port(mail.port)
            .tls(tls)
            .hello_name(ClientId::Domain(host.clone()))
            .timeout(Some(PATIENCE));
        if let Some((name, password)) = &mail.login {
            builder = builder.credentials(Credentials::new(name.clone(), password.clone()));
        }
        Ok(Some(Mailer {
            transport: builder.build(),
            from: mail.from.clone(),
            reply_to: config.instance.contact_email.parse().ok(),
            host,
        }))
    }

    /// Hands a mail to the server.
    pub(crate) async fn send(&self, mail: &mails::Model, now: DateTime<Utc>) -> Result<(), NotTaken> {
        let message = self
            .message(mail, now)
            .ok_or_else(|| NotTaken::Refused("it can't be written as a mail".to_owned()))?;
        match tokio::time::timeout(LONGEST, self.transport.send(message)).await {
            Ok(sent) => sent.map(drop).map_err(|error| not_taken(&error)),
            Err(_) => Err(NotTaken::TryAgain(SILENT.to_owned())),
        }
    }

    fn message(&self, mail: &mails::Model, now: DateTime<Utc>) -> Option<Message> {
        let to: Address = mail.recipient.parse().ok()?;
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(one_line(&mail.subject))
            .date(SystemTime::from(now))
            // The same at each attempt, so that who gets it twice can tell.
            .message_id(Some(format!("<mail-{}@{}>", mail.id, self.host)))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN);
        if let Some(reply_to) = &self.reply_to {
            builder = builder.reply_to(reply_to.clone());
        }
        let body =
            Body::new_with_encoding(mail.body.clone(), ContentTransferEncoding::QuotedPrintable).ok()?;
        builder.body(body).ok()
    }

    /// Whether the server can be reached and takes our name and password; or what is wrong, in a sentence.
    pub async fn check(&self) -> Result<(), String> {
        match tokio::time::timeout(PATIENCE, self.transport.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) | Err(_) => Err(SILENT.to_owned()),
            Ok(Err(error)) => Err(match not_taken(&error) {
                NotTaken::TryAgain(reason) | NotTaken::Refused(reason) => reason,
            }),
        }
    }
}

/// What is said of a server that does not answer.
const SILENT: &str = "the mail server takes too long";

/// A text without what could begin another line of a head.
fn one_line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

fn not_taken(error: &smtp::Error) -> NotTaken {
    match error.status() {
        // A name or password that is wrong, or a server that must not be used so, is for a person to put right.
        Some(code) if error.is_permanent() && !matches!(u16::from(code), 530 | 534 | 535 | 538) => {
            NotTaken::Refused(format!("the mail server refuses it ({code})"))
        }
        Some(code) => NotTaken::TryAgain(format!("the mail server answers {code}")),
        None if error.is_tls() => NotTaken::TryAgain("there is no TLS with the mail server".to_owned()),
        None if error.is_timeout() => NotTaken::TryAgain(SILENT.to_owned()),
        None => NotTaken::TryAgain("the mail server can't be reached".to_owned()),
    }
}

/// Says that no person writes, so that no program answers (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(AutoSubmitted)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Whether mail can be addressed so: to one mailbox, and nothing else in it.
pub fn is_address(text: &str) -> bool {
    text.len() <= 254
        && !text.chars().any(|character| character.is_control() || character.is_whitespace())
        && text.parse::<Address>().is_ok()
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;
    use crate::domain::ids::{CaseId, MailId};

    fn mailer() -> Mailer {
        let variables = [
            ("STADTBOTE__SERVER__PUBLIC_URL", "https://social.stadt.example"),
            ("STADTBOTE__INSTANCE__CONTACT_EMAIL", "hilfe@stadt.example"),
            ("STADTBOTE__MAIL__SMTP_URL", "smtp://127.0.0.1:25"),
            ("STADTBOTE__MAIL__FROM", "Stadt <bote@stadt.example>"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let config = Config::load(None, variables).expect("settings load");
        Mailer::new(&config).expect("it can be made").expect("there is a server")
    }

    fn mail(recipient: &str, subject: &str) -> mails::Model {
        mails::Model {
            id: MailId(7),
            case_id: CaseId(1),
            kind: mails::OUTCOME.into(),
            recipient: recipient.into(),
            subject: subject.into(),
            body: "Grüße\n.\nBcc: x@y.example\n".into(),
            state: mails::WAITING.into(),
            attempts: 0,
            created_at: DateTime::UNIX_EPOCH,
            ended_at: None,
        }
    }

    fn head(mail: &mails::Model) -> Option<String> {
        let now = Utc.with_ymd_and_hms(2026, 11, 27, 10, 0, 0).single()?;
        let text = String::from_utf8(mailer().message(mail, now)?.formatted()).ok()?;
        text.split_once("\r\n\r\n").map(|(head, _)| head.to_owned())
    }

    #[test]
    fn a_mail_says_who_writes_and_that_no_person_does() {
        let head = head(&mail("leserin@post.example", "Ihre Meldung 2026-0001")).expect("it can be written");

        for line in [
            "From: Stadt <bote@stadt.example>",
            "To: leserin@post.example",
            "Reply-To: hilfe@stadt.example",
            "Subject: Ihre Meldung 2026-0001",
            "Message-ID: <mail-7@social.stadt.example>",
            "Auto-Submitted: auto-generated",
            "Date: Fri, 27 Nov 2026 10:00:00 +0000",
            "Content-Type: text/plain; charset=utf-8",
        ] {
            assert!(head.lines().any(|found| found == line), "{line} is missing in\n{head}");
        }
    }

    #[test]
    fn d18_mail_is_plain_text_whatever_was_written() {
        let now = DateTime::UNIX_EPOCH;
        let hostile = mails::Model {
            body: "<img src=https://far.example/a.png>\nContent-Type: text/html\n\n<b>x</b>\n".into(),
            ..mail("a@b.example", "<b>x</b>")
        };
        let text = mailer().message(&hostile, now).expect("it can be written").formatted();
        let text = String::from_utf8(text).expect("it is text");

        let (head, body) = text.split_once("\r\n\r\n").expect("it has a head");
        assert_eq!(head.matches("Content-Type").count(), 1);
        assert!(head.contains("Content-Type: text/plain; charset=utf-8") && !head.contains("html"), "{head}");
        assert!(body.starts_with("<img src=3Dhttps://far.example/a.png>"), "{body}");
    }

    #[test]
    fn nothing_in_a_mail_begins_a_line_of_its_head() {
        let names = |head: &str| {
            let lines = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
            lines.filter_map(|line| line.split(':').next()).map(str::to_lowercase).collect::<Vec<_>>()
        };
        let right = names(&head(&mail("a@b.example", "x")).expect("it can be written"));

        for subject in [
            "x\r\nBcc: y@z.example",
            "x\nBcc: y@z.example\n\nText",
            "ü\r\n\r\n.\r\n",
            "x\u{85}\u{2028}Bcc: y",
        ] {
            let head = head(&mail("a@b.example", subject)).expect("it can be written");
            assert_eq!(names(&head), right, "{head}");
        }
        for recipient in
            ["a@b.example\r\nBcc: y@z.example", "a@b.example, y@z.example", "<a@b.example> SIZE=1", ""]
        {
            assert_eq!(head(&mail(recipient, "x")), None, "{recipient}");
            assert!(!is_address(recipient), "{recipient}");
        }
        assert!(is_address("leserin@post.example"));
        assert!(!is_address("leserin @post.example") && !is_address("leserin\u{a0}@post.example"));
    }
}
