//! [`Proxy`]: stands between a program and the server, and counts what is asked.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::error::Result;

/// What went through.
#[derive(Default)]
struct Counts {
    connections: AtomicUsize,
    /// How often the server said that it is ready: once when a session begins, once after each question.
    ready: AtomicUsize,
}

/// Connections to it go on to the server.
pub struct Proxy {
    address: SocketAddr,
    counts: Arc<Counts>,
}

impl Proxy {
    pub fn start(server: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let counts = Arc::new(Counts::default());
        let shared = Arc::clone(&counts);
        // It ends with the process.
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                if let Ok(server) = TcpStream::connect(server) {
                    let counts = Arc::clone(&shared);
                    thread::spawn(move || join(&client, &server, &counts));
                }
            }
        });
        Ok(Self { address, counts })
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn connections(&self) -> usize {
        self.counts.connections.load(Ordering::SeqCst)
    }

    /// Questions that were answered, beyond making the connections.
    pub fn round_trips(&self) -> usize {
        let ready = self.counts.ready.load(Ordering::SeqCst);
        ready.saturating_sub(self.connections())
    }
}

fn join(client: &TcpStream, server: &TcpStream, counts: &Counts) {
    let _ = client.set_nodelay(true);
    let _ = server.set_nodelay(true);
    thread::scope(|scope| {
        scope.spawn(|| pass(client, server, |_| ()));
        let mut messages = Messages::default();
        pass(server, client, |bytes| {
            counts
                .ready
                .fetch_add(messages.count_ready(bytes), Ordering::SeqCst);
        });
    });
}

fn pass(mut from: &TcpStream, mut to: &TcpStream, mut seen: impl FnMut(&[u8])) {
    let mut buffer = [0; 1 << 14];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        // Counted before it is passed on: who has the answer finds it counted.
        seen(&buffer[..length]);
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

/// The server's messages: a letter and a length that counts itself.
#[derive(Default)]
struct Messages {
    head: Vec<u8>,
    /// Bytes of the message that are still to come.
    rest: usize,
    /// The first byte of an unencrypted session may answer the question for TLS; it is no message.
    begun: bool,
}

impl Messages {
    const HEAD: usize = 5;

    fn count_ready(&mut self, mut bytes: &[u8]) -> usize {
        if !self.begun {
            self.begun = true;
            if bytes == b"N" {
                return 0;
            }
        }
        let mut ready = 0;
        while !bytes.is_empty() {
            if self.rest > 0 {
                let passed = self.rest.min(bytes.len());
                self.rest -= passed;
                bytes = &bytes[passed..];
                continue;
            }
            self.head.push(bytes[0]);
            bytes = &bytes[1..];
            if let [kind, length @ ..] = &self.head[..]
                && self.head.len() == Self::HEAD
            {
                ready += usize::from(*kind == b'Z');
                let length = length
                    .iter()
                    .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
                self.rest = length.saturating_sub(4);
                self.head.clear();
            }
        }
        ready
    }
}
