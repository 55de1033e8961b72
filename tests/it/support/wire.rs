//! What goes over the wire to the server.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use super::TestDatabase;

/// A way to a database that counts what passes.
pub(crate) struct Wire {
    port: u16,
    url: String,
    traffic: Arc<Mutex<Traffic>>,
    closed: Arc<AtomicBool>,
}

/// What passed.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    /// How often the server answered that it is ready for more, but for the first time on a connection.
    pub(crate) round_trips: usize,
    /// How many statements it was given to parse, but for those of the simple protocol.
    pub(crate) parsed: usize,
    /// How many bytes came from the server.
    pub(crate) received: usize,
    /// What it was given to carry out, in that order.
    pub(crate) statements: Vec<Statement>,
}

/// A statement as it goes to the server.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    /// Which of the connections it goes by, counted from the first.
    pub(crate) connection: usize,
    /// With `$1` and so on for its values.
    pub(crate) text: String,
    /// The numbers of the types of its values.
    pub(crate) types: Vec<u32>,
}

impl Wire {
    pub(crate) fn to(database: &TestDatabase) -> Self {
        let url = database.url();
        let (before, rest) = url.split_once('@').unwrap();
        let (server, database) = rest.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let parameter = if database.contains('?') { '&' } else { '?' };
        let wire = Self {
            port,
            url: format!(
                "{before}@127.0.0.1:{port}/{database}{parameter}sslmode=disable&gssencmode=disable"
            ),
            traffic: Arc::default(),
            closed: Arc::default(),
        };
        let (server, traffic) = (server.to_owned(), Arc::clone(&wire.traffic));
        let closed = Arc::clone(&wire.closed);
        thread::spawn(move || {
            for (connection, client) in listener.incoming().enumerate() {
                if closed.load(Ordering::Relaxed) {
                    return;
                }
                connect(&client.unwrap(), connection, &server, &traffic);
            }
        });
        wire
    }

    /// The address of the database by this way.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// What passes while `work` is done.
    pub(crate) fn during<T>(&self, work: impl FnOnce() -> T) -> (T, Traffic) {
        self.take();
        let outcome = work();
        (outcome, self.take())
    }

    /// What passed since it was taken last.
    pub(crate) fn take(&self) -> Traffic {
        std::mem::take(&mut self.traffic.lock().unwrap())
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::Relaxed);
        // Wakes the listener.
        drop(TcpStream::connect(("127.0.0.1", self.port)));
    }
}

fn connect(client: &TcpStream, connection: usize, server: &str, traffic: &Arc<Mutex<Traffic>>) {
    let server = &TcpStream::connect(server).unwrap();
    for stream in [client, server] {
        stream.set_nodelay(true).unwrap();
    }
    let mut asked = Asked {
        connection,
        prepared: HashMap::new(),
    };
    let mut asking = Messages::default();
    pass(client, server, traffic, move |bytes, traffic| {
        asking.read(bytes, |kind, body| asked.note(kind, body, traffic));
    });
    let mut is_new = true;
    let mut answers = Messages::typed();
    pass(server, client, traffic, move |bytes, traffic| {
        traffic.received += bytes.len();
        answers.read(bytes, |kind, _| {
            if kind == b'Z' {
                traffic.round_trips += usize::from(!is_new);
                is_new = false;
            }
        });
    });
}

/// Passes on what comes, after a look at it.
fn pass(
    from: &TcpStream,
    to: &TcpStream,
    traffic: &Arc<Mutex<Traffic>>,
    mut look: impl FnMut(&[u8], &mut Traffic) + Send + 'static,
) {
    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
    let traffic = Arc::clone(traffic);
    thread::spawn(move || {
        let mut bytes = vec![0; 1 << 16];
        while let Ok(read @ 1..) = from.read(&mut bytes) {
            look(&bytes[..read], &mut traffic.lock().unwrap());
            if to.write_all(&bytes[..read]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
}

/// Cuts a stream into messages.
#[derive(Default)]
struct Messages {
    pending: Vec<u8>,
    /// Each message begins with its type; a client's first has none.
    is_typed: bool,
}

impl Messages {
    fn typed() -> Self {
        Self {
            pending: Vec::new(),
            is_typed: true,
        }
    }

    fn read(&mut self, bytes: &[u8], mut message: impl FnMut(u8, &[u8])) {
        self.pending.extend_from_slice(bytes);
        let mut at = 0;
        loop {
            let rest = &self.pending[at..];
            let head = usize::from(self.is_typed);
            let Some(length) = rest.get(head..head + 4) else {
                break;
            };
            let end = head + u32::from_be_bytes(length.try_into().unwrap()) as usize;
            let Some(body) = rest.get(head + 4..end) else {
                break;
            };
            if self.is_typed {
                message(rest[0], body);
            }
            self.is_typed = true;
            at += end;
        }
        self.pending.drain(..at);
    }
}

/// What a client asked for.
struct Asked {
    connection: usize,
    prepared: HashMap<String, Statement>,
}

impl Asked {
    fn note(&mut self, kind: u8, body: &[u8], traffic: &mut Traffic) {
        let mut texts = body
            .split(|byte| *byte == 0)
            .map(|text| String::from_utf8_lossy(text).into_owned());
        let mut text = || texts.next().unwrap();
        match kind {
            b'P' => {
                let (name, text) = (text(), text());
                let types = body[name.len() + text.len() + 4..]
                    .chunks_exact(4)
                    .map(|number| u32::from_be_bytes(number.try_into().unwrap()))
                    .collect();
                self.prepared.insert(name, self.statement(text, types));
                traffic.parsed += 1;
            }
            b'B' => {
                let _portal = text();
                traffic.statements.push(self.prepared[&text()].clone());
            }
            b'Q' => traffic.statements.push(self.statement(text(), Vec::new())),
            _ => {}
        }
    }

    fn statement(&self, text: String, types: Vec<u32>) -> Statement {
        Statement {
            connection: self.connection,
            text,
            types,
        }
    }
}
