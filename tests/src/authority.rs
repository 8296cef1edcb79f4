//! One certificate authority for a run of tests: it vouches for whatever name a connection asks for.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

/// A certificate and its key, both as PEM, for a program that is started by a test.
pub struct Identity {
    /// The certificate.
    pub certificate: String,
    /// Its private key.
    pub key: String,
}

/// What can be wrong with a certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// Its time is over.
    Expired,
    /// It speaks of another name.
    WrongName,
}

/// The authority that every test world trusts.
pub struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
    configs: Mutex<HashMap<(String, bool, Fault), Arc<ServerConfig>>>,
}

impl Authority {
    /// The one authority of this process.
    pub fn of_this_run() -> &'static Authority {
        static AUTHORITY: OnceLock<Authority> = OnceLock::new();
        AUTHORITY.get_or_init(Authority::new)
    }

    fn new() -> Authority {
        let mut params = CertificateParams::new(Vec::new()).expect("no names, so none can be wrong");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages =
            vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
        params.distinguished_name.push(DnType::CommonName, "Stadtbote test authority");
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2090, 1, 1);
        let key = KeyPair::generate().expect("the machine has randomness");
        let certificate = params.self_signed(&key).expect("the parameters are complete");

        Authority {
            pem: certificate.pem(),
            issuer: Issuer::new(params, key),
            configs: Mutex::new(HashMap::new()),
        }
    }

    /// The authority's own certificate.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Writes the authority's certificate to a file.
    pub fn write_to(&self, path: &Path) -> io::Result<()> {
        std::fs::write(path, &self.pem)
    }

    /// Makes a certificate for some names.
    pub fn identity(&self, names: &[&str]) -> Identity {
        let (certificate, key) = self.issue(names, Fault::None);
        Identity { certificate: certificate.pem(), key: key.serialize_pem() }
    }

    /// How to answer a TLS connection that asked for `name`.
    pub(crate) fn server_config(&self, name: &str, http2: bool, fault: Fault) -> Arc<ServerConfig> {
        let mut configs = self.configs.lock().expect("no holder of this lock panics");
        configs
            .entry((name.to_owned(), http2, fault))
            .or_insert_with(|| {
                let (certificate, key) = self.issue(&[name], fault);
                Arc::new(answering_with(certificate.der().clone(), &key, http2))
            })
            .clone()
    }

    fn issue(&self, names: &[&str], fault: Fault) -> (rcgen::Certificate, KeyPair) {
        let names: Vec<String> = match fault {
            Fault::WrongName => vec!["somebody-else.example".to_owned()],
            _ => names.iter().map(|&name| name.to_owned()).collect(),
        };
        let mut params = CertificateParams::new(names).expect("test names are plain ASCII");
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = match fault {
            Fault::Expired => date_time_ymd(2021, 1, 1),
            _ => date_time_ymd(2090, 1, 1),
        };
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().expect("the machine has randomness");
        let certificate = params.signed_by(&key, &self.issuer).expect("the authority may sign");
        (certificate, key)
    }
}

fn answering_with(certificate: CertificateDer<'static>, key: &KeyPair, http2: bool) -> ServerConfig {
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider speaks TLS 1.2 and 1.3")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("the key belongs to the certificate");
    if http2 {
        config.alpn_protocols.push(b"h2".to_vec());
    }
    config.alpn_protocols.push(b"http/1.1".to_vec());
    config
}
