//! Where a request comes from.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

/// The address of the client of a request: each request carries it as an extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// The address behind `peer`. `X-Forwarded-For` (its lines in `forwarded`) counts only where a trusted proxy wrote
    /// it: from its end, the first address that is none of them.
    pub fn find<'a>(
        peer: IpAddr,
        forwarded: impl DoubleEndedIterator<Item = &'a str>,
        trusted: &[IpNet],
    ) -> ClientAddress {
        let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
        let mut nearest = peer.to_canonical();
        for hop in forwarded.rev().flat_map(|line| line.rsplit(',')) {
            if !is_trusted(&nearest) {
                break;
            }
            // What can't be read hides everything before it: whoever wrote that may have made it up.
            let Some(address) = parse(hop) else { break };
            nearest = address;
        }
        ClientAddress(nearest)
    }

    /// Whom to count: the address; of IPv6 the network, since each house has 2⁶⁴ addresses.
    pub fn network(self) -> IpAddr {
        match self.0.to_canonical() {
            IpAddr::V6(v6) => IpAddr::from((u128::from(v6) >> 64 << 64).to_be_bytes()),
            v4 => v4,
        }
    }
}

/// An address as proxies write it, some with a port.
fn parse(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let address = hop.parse().or_else(|_| hop.parse::<SocketAddr>().map(|address| address.ip()));
    address.ok().map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(peer: &str, forwarded: &[&str]) -> String {
        let trusted = ["127.0.0.0/8", "10.0.0.0/8"].map(|network| network.parse().expect("it is a network"));
        let peer = peer.parse().expect("it is an address");
        ClientAddress::find(peer, forwarded.iter().copied(), &trusted).0.to_string()
    }

    #[test]
    fn f12_only_a_trusted_proxy_is_believed() {
        assert_eq!(found("192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(found("127.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(found("::ffff:127.0.0.1", &["198.51.100.7:4711"]), "198.51.100.7");
        assert_eq!(found("127.0.0.1", &[]), "127.0.0.1");
    }

    #[test]
    fn f12_what_the_client_itself_wrote_does_not_count() {
        assert_eq!(found("127.0.0.1", &["203.0.113.9, 198.51.100.7, 10.0.0.3"]), "198.51.100.7");
        assert_eq!(found("127.0.0.1", &["203.0.113.9", "198.51.100.7"]), "198.51.100.7");
        assert_eq!(found("127.0.0.1", &["203.0.113.9, nonsense, 10.0.0.3"]), "10.0.0.3");
    }
}
