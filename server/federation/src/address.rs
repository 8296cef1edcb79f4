//! Where we may connect to: one rule for URLs, one for IP addresses. Plain and synchronous; `client.rs` asks
//! both.
//!
//! Sources: the IANA special-purpose registries for IPv4 and IPv6 (RFC 6890 and its updates).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipnet::IpNet;
use thiserror::Error;
use url::{Host, Url};

/// The only port that we connect to, save where an address is written down in `federation.resolve`.
pub(crate) const HTTPS_PORT: u16 = 443;

/// Longest URL that we ask for or believe, in bytes.
pub(crate) const MAX_URL_LENGTH: usize = 2048;

/// Why our own rules forbid a request, before or while it is made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The URL is not `https:`.
    #[error("the URL is not https")]
    Scheme,
    /// The URL carries a user name or a password.
    #[error("the URL has a user name in it")]
    UserInfo,
    /// The URL names a port, or an address has another port than 443.
    #[error("port {0} is not 443")]
    Port(u16),
    /// The URL has no host name, an IP address in its place, or a name that cannot be on the public internet.
    #[error("the host of the URL is not a public name")]
    Host,
    /// The URL is longer than 2048 bytes.
    #[error("the URL is too long")]
    Length,
    /// The name leads to an address that is not on the public internet and not in `allowed_private_networks`.
    #[error("the address {0} is not public")]
    Address(IpAddr),
    /// More redirects than we follow.
    #[error("too many redirects")]
    Redirects,
    /// A redirect without a target that can be read as a URL.
    #[error("the redirect leads nowhere")]
    RedirectTarget,
}

/// Checks the form of a URL that came from outside and gives its host: https, a host name, no port, no user
/// name.
///
/// The parser has already turned decimal, octal and full-width hosts into IP addresses, which are refused
/// here because they would never pass the check of addresses in the resolver.
pub(crate) fn check_url(url: &Url) -> Result<&str, Refusal> {
    if url.as_str().len() > MAX_URL_LENGTH {
        return Err(Refusal::Length);
    }
    if url.scheme() != "https" {
        return Err(Refusal::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refusal::UserInfo);
    }
    if let Some(port) = url.port() {
        return Err(Refusal::Port(port));
    }
    match url.host() {
        Some(Host::Domain(name)) if is_host_name(name) => Ok(name),
        _ => Err(Refusal::Host),
    }
}

/// Whether a name could stand for a host in the public DNS: it has a dot, no empty label, none of the
/// reserved endings.
///
/// The check of addresses would stop most of these too; refusing the name means that it is not even looked
/// up.
pub(crate) fn is_public_name(name: &str) -> bool {
    const RESERVED: [&str; 8] =
        ["localhost", "local", "internal", "localdomain", "lan", "intranet", "onion", "invalid"];

    let ending = name.rsplit('.').next().unwrap_or(name);
    name.contains('.') && !RESERVED.contains(&ending) && !name.ends_with(".home.arpa")
}

/// Checks one address that a name led to. `allowed` are networks that may be reached although they are
/// private.
///
/// # Errors
/// [`Refusal::Port`] for another port than 443, [`Refusal::Address`] for an address that is not public.
pub(crate) fn check_resolved(address: SocketAddr, allowed: &[IpNet]) -> Result<(), Refusal> {
    if address.port() != HTTPS_PORT {
        return Err(Refusal::Port(address.port()));
    }
    if is_public(address.ip()) || is_allowed(address.ip(), allowed) {
        return Ok(());
    }
    Err(Refusal::Address(address.ip()))
}

/// Checks an address that the operator wrote into `federation.resolve`: any port, but only inside `allowed`.
///
/// # Errors
/// [`Refusal::Address`] for an address outside of `allowed`.
pub(crate) fn check_configured(address: SocketAddr, allowed: &[IpNet]) -> Result<(), Refusal> {
    if is_allowed(address.ip(), allowed) {
        return Ok(());
    }
    Err(Refusal::Address(address.ip()))
}

/// Whether an address is on the public internet.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_allowed(address: IpAddr, allowed: &[IpNet]) -> bool {
    // An IPv4 address in IPv6 clothes reaches the IPv4 host, so it is measured against the IPv4 networks.
    let address = address.to_canonical();
    allowed.iter().any(|network| network.contains(&address))
}

fn is_host_name(name: &str) -> bool {
    name.len() <= 253
        && name.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    const RESERVED: [([u8; 4], u32); 16] = [
        ([0, 0, 0, 0], 8),       // this network; reaches loopback on Linux
        ([10, 0, 0, 0], 8),      // private
        ([100, 64, 0, 0], 10),   // shared by carriers (CGNAT)
        ([127, 0, 0, 0], 8),     // loopback
        ([169, 254, 0, 0], 16),  // link-local, cloud metadata
        ([172, 16, 0, 0], 12),   // private
        ([192, 0, 0, 0], 24),    // protocol assignments
        ([192, 0, 2, 0], 24),    // documentation
        ([192, 31, 196, 0], 24), // AS112
        ([192, 88, 99, 0], 24),  // 6to4 relays
        ([192, 168, 0, 0], 16),  // private
        ([198, 18, 0, 0], 15),   // benchmarking
        ([198, 51, 100, 0], 24), // documentation
        ([203, 0, 113, 0], 24),  // documentation
        ([224, 0, 0, 0], 4),     // multicast
        ([240, 0, 0, 0], 4),     // reserved, broadcast
    ];

    let bits = address.to_bits();
    !RESERVED
        .iter()
        .any(|&(network, length)| (bits ^ Ipv4Addr::from(network).to_bits()) >> (32 - length) == 0)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    // An IPv6-only host reaches the IPv4 internet through NAT64; there the address inside decides.
    if let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = segments {
        return is_public_v4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)));
    }
    // Only 2000::/3 is given out as global unicast. That leaves out loopback, unspecified, IPv4-compatible,
    // local NAT64, discard-only, unique local, link-local, site-local, segment routing and multicast.
    if segments[0] & 0xe000 != 0x2000 {
        return false;
    }
    let is_reserved = matches!(
        segments,
        [0x2001, 0x0000..=0x01ff, ..]   // protocol assignments: Teredo, benchmarking, ORCHID
            | [0x2001, 0x0db8, ..]      // documentation
            | [0x2002, ..]              // 6to4, which carries any IPv4 address inside
            | [0x3fff, 0x0000..=0x0fff, ..] // documentation
    );
    !is_reserved
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn public(address: &str) -> bool {
        is_public(address.parse().unwrap())
    }

    fn refusal(url: &str) -> Option<Refusal> {
        check_url(&Url::parse(url).unwrap()).err()
    }

    #[test]
    fn c01_c02_every_reserved_ipv4_network_is_refused_from_its_first_address_to_its_last() {
        for address in [
            "0.0.0.0",
            "0.255.255.255",
            "10.0.0.0",
            "10.255.255.255",
            "100.64.0.0",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.169.254",
            "172.16.0.0",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.0",
            "192.168.255.255",
            "198.18.0.0",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
        ] {
            assert!(!public(address), "{address}");
        }
    }

    #[test]
    fn the_neighbours_of_reserved_ipv4_networks_are_public() {
        for address in [
            "1.0.0.0",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
        ] {
            assert!(public(address), "{address}");
        }
    }

    #[test]
    fn c03_every_reserved_ipv6_network_is_refused() {
        for address in [
            "::",
            "::1",
            "fc00::1",
            "fdff::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
            "3fff:fff::1",
            "2001:2::1",
            "2001::1",
            "2001:10::1",
            "100::1",
            "5f00::1",
            "64:ff9b:1::1",
        ] {
            assert!(!public(address), "{address}");
        }
    }

    #[test]
    fn c03_a_private_ipv4_address_is_refused_in_every_ipv6_dress() {
        for address in [
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "::8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b::10.0.0.1",
            "2002:7f00:1::",
            "2002:808:808::",
            "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        ] {
            assert!(!public(address), "{address}");
        }
    }

    #[test]
    fn ordinary_ipv6_addresses_are_public() {
        for address in ["2606:4700::1", "2a01:4f8::1", "2001:200::1", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8"] {
            assert!(public(address), "{address}");
        }
    }

    #[test]
    fn c01_a_private_address_is_reached_only_where_the_operator_allows_its_network() {
        let allowed = ["10.1.0.0/16".parse().unwrap()];

        assert_eq!(check_resolved("10.1.2.3:443".parse().unwrap(), &allowed), Ok(()));
        assert_eq!(check_resolved("[::ffff:10.1.2.3]:443".parse().unwrap(), &allowed), Ok(()));
        assert!(check_resolved("10.2.2.3:443".parse().unwrap(), &allowed).is_err());
    }

    #[test]
    fn c09_another_port_than_443_is_reached_only_by_a_configured_address() {
        let allowed = ["127.0.0.0/8".parse().unwrap()];

        assert_eq!(check_resolved("127.0.0.1:8443".parse().unwrap(), &allowed), Err(Refusal::Port(8443)));
        assert_eq!(check_configured("127.0.0.1:8443".parse().unwrap(), &allowed), Ok(()));
        assert!(check_configured("8.8.8.8:443".parse().unwrap(), &allowed).is_err());
    }

    #[test]
    fn c04_c10_a_url_that_could_lead_elsewhere_is_refused_by_its_form() {
        assert_eq!(refusal("https://far.example/users/rita?page=1"), None);
        assert_eq!(refusal("https://far.example:443/"), None);
        assert_eq!(refusal("http://far.example/"), Some(Refusal::Scheme));
        assert_eq!(refusal("file:///etc/passwd"), Some(Refusal::Scheme));
        assert_eq!(refusal("https://far.example:22/"), Some(Refusal::Port(22)));
        assert_eq!(refusal("https://stadt.example@evil.example/"), Some(Refusal::UserInfo));
        for url in [
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0177.1/",
            "https://0x7f.1/",
            "https://127.1/",
            "https://１２７.0.0.1/",
            "https://[::1]/",
            "https://far.example./",
            "https://far..example/",
            "https://a_b.example/",
        ] {
            assert_eq!(refusal(url), Some(Refusal::Host), "{url}");
        }
    }

    #[test]
    fn c01_a_name_that_cannot_be_public_is_known_by_its_ending() {
        assert!(is_public_name("far.example"));
        for name in ["localhost", "db", "db.local", "metadata.google.internal", "printer.lan", "a.home.arpa"]
        {
            assert!(!is_public_name(name), "{name}");
        }
    }
}
