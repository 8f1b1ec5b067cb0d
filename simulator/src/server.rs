//! The socket: TLS on 127.0.0.1, HTTP/1.1, each connection with its limits.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use crate::{Shared, routes};

/// Idle connections of a client's pool hold a place too.
const MAX_CONNECTIONS: usize = 8_192;
const MAX_HEAD_BYTES: usize = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(20);
/// How long to wait when the system has no more sockets to give.
const PAUSE: Duration = Duration::from_millis(50);

/// Takes connections until the task is dropped.
pub(crate) async fn serve(listener: std::net::TcpListener, tls: Arc<ServerConfig>, shared: Arc<Shared>) {
    let listener = match TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return shared.say(&format!("the listening socket cannot be used: {error}")),
    };
    let acceptor = TlsAcceptor::from(tls);
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        // Never closed, so never refused.
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, peer)) => {
                let (acceptor, shared) = (acceptor.clone(), Arc::clone(&shared));
                tokio::spawn(async move {
                    connection(stream, peer, acceptor, shared).await;
                    drop(place);
                });
            }
            Err(_) => sleep(PAUSE).await,
        }
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, acceptor: TlsAcceptor, shared: Arc<Shared>) {
    // Small answers are waited for: without this a handshake stalls for the other side's delayed acknowledgement. A
    // socket that does not take the option works all the same.
    let _set = stream.set_nodelay(true);
    let stream = match timeout(PATIENCE, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => stream,
        // A browser that does not trust the CA, or a client that was given none: worth a line.
        Ok(Err(error)) => return shared.say(&format!("a TLS handshake failed: {error}")),
        Err(_) => return,
    };
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { routes::answer(request, peer, &shared).await }
    });
    // A connection that ends early is the client's matter.
    let _ended = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}
