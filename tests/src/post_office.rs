//! A pretended mail server: takes every mail over TCP, or turns mail away as it is told to.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

use crate::authority::{Authority, Fault};
use crate::stadtbote::eventually;

/// A mail as it arrived.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Whom the envelope names, without brackets.
    pub to: Vec<String>,
    /// Its head, with the lines joined that belong together.
    pub head: Vec<String>,
    /// What it says, decoded.
    pub text: String,
}

impl Mail {
    /// A line of the head, without its name.
    pub fn header(&self, name: &str) -> Option<String> {
        let line = self.head.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.map(decoded_words)
    }

    /// The first address that it holds whose path begins so, without the host.
    pub fn link(&self, path: &str) -> Option<String> {
        let whole = format!("https://{}{path}", crate::program::HOST);
        let words = self.text.split_whitespace();
        let found = words.filter(|word| word.starts_with(&whole));
        found.map(|word| word[whole.len() - path.len()..].to_owned()).next()
    }
}

#[derive(Default)]
struct Desk {
    mails: Vec<Mail>,
    /// What every recipient is answered with; else they are taken.
    refusal: Option<String>,
}

/// How its connections are kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrecy {
    /// Not at all.
    None,
    /// TLS from the first byte, with this fault.
    Wrapped(Fault),
    /// It offers STARTTLS.
    Upgraded,
}

/// The mail server.
pub struct PostOffice {
    address: SocketAddr,
    desk: Arc<Mutex<Desk>>,
    listening: JoinHandle<()>,
}

impl PostOffice {
    /// Opens on a free port.
    pub async fn open() -> PostOffice {
        PostOffice::open_with(Secrecy::None).await
    }

    /// Opens on a free port, as `localhost`.
    pub async fn open_with(secrecy: Secrecy) -> PostOffice {
        PostOffice::open_at("127.0.0.1:0".parse().expect("it is an address"), secrecy).await
    }

    /// Opens there.
    pub async fn open_at(address: SocketAddr, secrecy: Secrecy) -> PostOffice {
        let listener = TcpListener::bind(address).await.expect("the port is free");
        let address = listener.local_addr().expect("it listens");
        let desk = Arc::<Mutex<Desk>>::default();
        let listening = tokio::spawn(listen(listener, desk.clone(), secrecy));
        PostOffice { address, desk, listening }
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What `mail.smtp_url` is set to.
    pub fn url(&self) -> String {
        format!("smtp://bote:geheim@{}", self.address)
    }

    /// Answers every recipient with this from now on, `550 5.1.1 unknown`; or takes them again.
    pub fn refuse(&self, with: Option<&str>) {
        self.at_desk().refusal = with.map(str::to_owned);
    }

    /// All that arrived.
    pub fn mails(&self) -> Vec<Mail> {
        self.at_desk().mails.clone()
    }

    /// Waits until as many mails to `to` are there; gives the last.
    pub async fn wait_for(&self, to: &str, count: usize) -> Mail {
        let what = format!("{count} mails to {to}");
        eventually(&what, async || {
            let mut mails = self.mails();
            mails.retain(|mail| mail.to == [to]);
            (mails.len() >= count).then(|| mails.pop()).flatten()
        })
        .await
    }

    fn at_desk(&self) -> std::sync::MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for PostOffice {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn listen(listener: TcpListener, desk: Arc<Mutex<Desk>>, secrecy: Secrecy) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((tcp, _)) = accepted {
                    let serve = serve(tcp, desk.clone(), secrecy);
                    connections.spawn(async { let _ = tokio::time::timeout(Duration::from_secs(60), serve).await; });
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(mut tcp: TcpStream, desk: Arc<Mutex<Desk>>, secrecy: Secrecy) -> std::io::Result<()> {
    let fault = if let Secrecy::Wrapped(fault) = secrecy { fault } else { Fault::None };
    let tls = TlsAcceptor::from(Authority::of_this_run().server_config("localhost", false, fault));
    match secrecy {
        Secrecy::None => talk(&mut tcp, &desk, true, false).await.map(drop),
        Secrecy::Wrapped(_) => talk(&mut tls.accept(tcp).await?, &desk, true, false).await.map(drop),
        Secrecy::Upgraded => {
            if talk(&mut tcp, &desk, true, true).await? {
                talk(&mut tls.accept(tcp).await?, &desk, false, false).await?;
            }
            Ok(())
        }
    }
}

/// One conversation (RFC 5321), as far as a client needs it that sends one mail; says whether it goes on under TLS.
async fn talk(
    tcp: &mut (impl AsyncRead + AsyncWrite + Unpin),
    desk: &Mutex<Desk>,
    greets: bool,
    needs_tls: bool,
) -> std::io::Result<bool> {
    let mut tcp = BufReader::new(tcp);
    let mut to = Vec::new();
    if greets {
        tcp.write_all(b"220 post.example\r\n").await?;
    }
    loop {
        let line = read_line(&mut tcp).await?;
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        let answer = match verb.as_str() {
            "" => return Ok(false),
            "EHLO" if needs_tls => "250-post.example\r\n250 STARTTLS".to_owned(),
            "STARTTLS" => {
                tcp.write_all(b"220 go on\r\n").await?;
                return Ok(true);
            }
            "AUTH" | "MAIL" if needs_tls => "530 not in the clear".to_owned(),
            "EHLO" => "250-post.example\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN".to_owned(),
            "AUTH" => {
                let said =
                    base64::engine::general_purpose::STANDARD.decode(line.rsplit(' ').next().unwrap_or(""));
                match said.ok().as_deref() {
                    Some(b"\0bote\0geheim") => "235 welcome".to_owned(),
                    _ => "535 who are you".to_owned(),
                }
            }
            "RCPT" => {
                let address = between(&line, '<', '>');
                let refusal = desk.lock().unwrap_or_else(PoisonError::into_inner).refusal.clone();
                match refusal {
                    Some(refusal) => format!("{refusal} <{address}>"),
                    None => {
                        to.push(address);
                        "250 ok".to_owned()
                    }
                }
            }
            "DATA" => {
                tcp.write_all(b"354 go on\r\n").await?;
                let mut text = String::new();
                loop {
                    let line = read_line(&mut tcp).await?;
                    if line == "." {
                        break;
                    }
                    text.push_str(line.strip_prefix('.').unwrap_or(&line));
                    text.push_str("\r\n");
                }
                let mail = read(std::mem::take(&mut to), &text);
                desk.lock().unwrap_or_else(PoisonError::into_inner).mails.push(mail);
                "250 taken".to_owned()
            }
            "QUIT" => {
                tcp.write_all(b"221 bye\r\n").await?;
                return Ok(false);
            }
            _ => "250 ok".to_owned(),
        };
        tcp.write_all(answer.as_bytes()).await?;
        tcp.write_all(b"\r\n").await?;
    }
}

/// A line without its end; empty at the end of all.
async fn read_line(tcp: &mut (impl AsyncBufRead + Unpin)) -> std::io::Result<String> {
    let mut line = Vec::new();
    tcp.read_until(b'\n', &mut line).await?;
    Ok(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned())
}

fn between(text: &str, from: char, to: char) -> String {
    let rest = text.split_once(from).map_or("", |(_, rest)| rest);
    rest.split(to).next().unwrap_or_default().to_owned()
}

fn read(to: Vec<String>, whole: &str) -> Mail {
    let (head, body) = whole.split_once("\r\n\r\n").unwrap_or((whole, ""));
    let mut lines: Vec<String> = Vec::new();
    for line in head.split("\r\n") {
        match lines.last_mut() {
            Some(last) if line.starts_with([' ', '\t']) => last.push_str(line),
            _ => lines.push(line.to_owned()),
        }
    }
    Mail { to, head: lines, text: quoted_printable(&body.replace("=\r\n", ""), '=') }
}

/// Reads what is written as `=C3=BC`.
fn quoted_printable(text: &str, mark: char) -> String {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(mark) {
        bytes.extend_from_slice(before.as_bytes());
        let byte = after.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match byte {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(b'=');
                rest = after;
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).replace("\r\n", "\n")
}

/// Reads the words of a head that are written as `=?utf-8?b?…?=`.
fn decoded_words(line: &str) -> String {
    let mut read = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("=?utf-8?b?") {
        let (word, after) = after.split_once("?=").unwrap_or((after, ""));
        let bytes = base64::engine::general_purpose::STANDARD.decode(word).unwrap_or_default();
        if !before.trim().is_empty() || read.is_empty() {
            read.push_str(before);
        }
        read.push_str(&String::from_utf8_lossy(&bytes));
        rest = after;
    }
    read + rest
}
