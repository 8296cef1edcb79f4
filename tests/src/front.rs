//! What stands before Stadtbote on a real machine: it takes TLS and hands the plain bytes on.

use crate::authority::{Authority, Fault};
use std::net::SocketAddr;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

/// A TLS front for one name.
pub struct Front {
    address: SocketAddr,
    listening: JoinHandle<()>,
}

impl Front {
    /// Stands before `behind` as `name`, on a free port of a loopback address of its own.
    pub async fn start(name: &str, behind: SocketAddr) -> Front {
        let listener = TcpListener::bind("127.0.0.20:0").await.expect("loopback has free ports");
        let address = listener.local_addr().expect("it listens");
        let config = Authority::of_this_run().server_config(name, false, Fault::None);
        let listening = tokio::spawn(listen(listener, TlsAcceptor::from(config), behind));
        Front { address, listening }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// Accepts until it is aborted; its connections end with it.
async fn listen(listener: TcpListener, tls: TlsAcceptor, behind: SocketAddr) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((tcp, _)) = accepted {
                    connections.spawn(hand_on(tcp, tls.clone(), behind));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn hand_on(tcp: TcpStream, tls: TlsAcceptor, behind: SocketAddr) {
    let Ok(mut outside) = tls.accept(tcp).await else { return };
    let Ok(mut inside) = TcpStream::connect(behind).await else { return };
    let _ = copy_bidirectional(&mut outside, &mut inside).await;
}
