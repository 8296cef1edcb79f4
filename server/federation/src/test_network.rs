//! A network of one for the tests of this crate: a TLS server on the loopback that answers by many names.

use std::{
    collections::HashMap,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, LazyLock},
};

use axum::{Router, serve::Listener};
use chrono::{DateTime, Utc};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{ServerConfig, crypto::aws_lc_rs};
use rustls_pki_types::PrivateKeyDer;
use tempfile::NamedTempFile;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use url::Url;

use crate::{
    client::ClientSettings,
    signatures::keys::{self, GeneratedKey, SigningKey},
};

/// The names by which it answers where no others are given.
const NAMES: [&str; 6] =
    ["far.example", "web.example", "evil.example", "stadt.example", "private.example", "*.sink.test"];

/// A running server and the settings with which a client finds it.
///
/// `far.example`, `web.example`, `evil.example`, `stadt.example` and `*.sink.test` are allowed;
/// `private.example` leads to an address that is not.
pub(crate) struct Network {
    pub(crate) settings: ClientSettings,
    _authority: NamedTempFile,
}

/// Starts a server that answers by `router` in HTTP/1.1 and HTTP/2.
pub(crate) async fn start(router: Router) -> Network {
    start_with_protocols(router, &["h2", "http/1.1"]).await
}

/// Starts a server that offers only the given protocols.
pub(crate) async fn start_with_protocols(router: Router, protocols: &[&str]) -> Network {
    start_as(router, protocols, &NAMES).await
}

/// Starts a server that answers by other names.
pub(crate) async fn start_as(router: Router, protocols: &[&str], names: &[&str]) -> Network {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().unwrap();
    let authority_pem = authority.self_signed(&authority_key).unwrap().pem();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>()).unwrap();
    let leaf = leaf.signed_by(&key, &Issuer::from_params(&authority, &authority_key)).unwrap();

    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .unwrap();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
    let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = tcp.local_addr().unwrap();
    let listener = TlsListener { tcp, acceptor: TlsAcceptor::from(Arc::new(config)) };
    tokio::spawn(async move { axum::serve(listener, router).await });

    let mut resolve: HashMap<_, _> = names.iter().map(|&name| (name.to_owned(), address)).collect();
    resolve.insert("private.example".to_owned(), SocketAddr::from(([127, 0, 0, 99], address.port())));
    let authority = NamedTempFile::new().unwrap();
    std::fs::write(authority.path(), authority_pem).unwrap();
    let settings = ClientSettings {
        allowed_private_networks: vec!["127.0.0.1/32".parse().unwrap()],
        resolve,
        trusted_ca_file: Some(authority.path().to_owned()),
        user_agent: "Stadtbote/test".to_owned(),
        requests_at_once_per_host: 2,
    };
    Network { settings, _authority: authority }
}

/// A time that stands still.
pub(crate) fn now() -> DateTime<Utc> {
    "2026-08-01T09:00:00Z".parse().unwrap()
}

pub(crate) fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

/// A signing key with the given id; all of them are the same key.
pub(crate) fn signing_key(id: &str) -> SigningKey {
    SigningKey::from_pkcs8(id.to_owned(), &KEY.private_pkcs8).unwrap()
}

/// The public half of [`signing_key`].
pub(crate) fn public_pem() -> &'static str {
    &KEY.public_pem
}

/// The private half of [`signing_key`].
pub(crate) fn private_pkcs8() -> &'static [u8] {
    &KEY.private_pkcs8
}

static KEY: LazyLock<GeneratedKey> = LazyLock::new(|| keys::generate().unwrap());

struct TlsListener {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, address) = self.tcp.accept().await.unwrap();
            // A client that refuses our certificate is what some tests are about.
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.tcp.local_addr()
    }
}
