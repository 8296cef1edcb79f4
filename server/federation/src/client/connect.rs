//! What a connection is made of: the library's client, the certificates it trusts, the addresses it may reach.

use std::{
    collections::HashMap,
    net::{SocketAddr, ToSocketAddrs},
    sync::Arc,
    time::Duration,
};

use http::HeaderValue;
use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use tokio::sync::Semaphore;

use super::{ClientSettings, Limits, SettingsError};
use crate::address::{self, HTTPS_PORT, Refusal};

/// Look-ups of names that may run at once. They block a thread each, and a name server may take its time.
pub(super) const MAX_LOOKUPS: usize = 128;

#[allow(clippy::disallowed_methods, reason = "this is the guarded client that the ban points to")]
pub(super) fn build(
    tls: &ClientConfig,
    user_agent: &HeaderValue,
    resolver: &Arc<Resolver>,
    limits: Limits,
) -> Result<reqwest::Client, SettingsError> {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls.clone())
        .https_only(true)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .user_agent(user_agent)
        .dns_resolver(Arc::clone(resolver))
        .connect_timeout(limits.connect)
        .timeout(limits.total)
        .pool_max_idle_per_host(4)
        .pool_idle_timeout(Duration::from_secs(20))
        .http1_max_headers(100)
        .http2_max_header_list_size(64 * 1024)
        .build()
        .map_err(|error| SettingsError::Client(error.to_string()))
}

pub(super) fn tls_config(settings: &ClientSettings) -> Result<ClientConfig, SettingsError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = &settings.trusted_ca_file {
        let failed = |reason: String| SettingsError::TrustedCaFile { path: path.clone(), reason };
        let certificates = CertificateDer::pem_file_iter(path).map_err(|error| failed(error.to_string()))?;
        let mut added = 0;
        for certificate in certificates {
            let certificate = certificate.map_err(|error| failed(error.to_string()))?;
            roots.add(certificate).map_err(|error| failed(error.to_string()))?;
            added += 1;
        }
        if added == 0 {
            return Err(failed("there is no certificate in it".to_owned()));
        }
    }
    if roots.is_empty() {
        return Err(SettingsError::NoTrustedCertificates);
    }

    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| SettingsError::Client(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    // A delivery to a host follows the last one by minutes: resuming its session spares both sides most of
    // the handshake.
    config.resumption = rustls::client::Resumption::in_memory_sessions(2048);
    Ok(config)
}

/// Turns names into addresses, and drops those we may not connect to. What it gives is what is connected to.
pub(super) struct Resolver {
    pub(super) allowed: Vec<IpNet>,
    pub(super) configured: HashMap<String, SocketAddr>,
    pub(super) lookups: Arc<Semaphore>,
}

impl Resolver {
    /// The address written down for a name: for itself first, then for its longest ending.
    pub(super) fn configured(&self, name: &str) -> Option<SocketAddr> {
        if let Some(address) = self.configured.get(name) {
            return Some(*address);
        }
        let mut ending = name;
        while let Some((_, parent)) = ending.split_once('.') {
            if let Some(address) = self.configured.get(&format!("*.{parent}")) {
                return Some(*address);
            }
            ending = parent;
        }
        None
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_ascii_lowercase();
        if let Some(address) = self.configured(&name) {
            let checked = address::check_configured(address, &self.allowed);
            return Box::pin(async move {
                checked?;
                Ok(Box::new(std::iter::once(address)) as Addrs)
            });
        }

        let allowed = self.allowed.clone();
        let lookups = Arc::clone(&self.lookups);
        Box::pin(async move {
            let permit = lookups.acquire_owned().await?;
            let found = tokio::task::spawn_blocking(move || {
                // The thread goes on after a timeout, so the permit is its own.
                let _permit = permit;
                (name.as_str(), HTTPS_PORT).to_socket_addrs().map(Vec::from_iter)
            });
            let found = found.await??;
            Ok(Box::new(allowed_addresses(found, &allowed)?.into_iter()) as Addrs)
        })
    }
}

/// Those of a name's addresses that we may connect to; the first refusal if there is none left.
pub(super) fn allowed_addresses(
    found: Vec<SocketAddr>,
    allowed: &[IpNet],
) -> Result<Vec<SocketAddr>, Refusal> {
    let mut refusal = None;
    let mut kept = Vec::new();
    for address in found {
        match address::check_resolved(address, allowed) {
            Ok(()) => kept.push(address),
            Err(reason) => refusal = refusal.or(Some(reason)),
        }
    }
    match refusal {
        Some(refusal) if kept.is_empty() => Err(refusal),
        _ => Ok(kept),
    }
}
