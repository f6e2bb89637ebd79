//! A link between a client and a server on sockets, which delays what it carries and counts the
//! round trips.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Runs in threads of its own until the program ends.
pub(crate) struct Link {
    round_trips: Arc<AtomicUsize>,
}

impl Link {
    /// A link to `server` that is found at `at`, with so long a round trip.
    pub(crate) fn new(server: &Path, at: &Path, round_trip: Duration) -> Self {
        let listener = UnixListener::bind(at).expect("a socket");
        let round_trips = Arc::new(AtomicUsize::new(0));
        let link = Self {
            round_trips: Arc::clone(&round_trips),
        };
        let server: PathBuf = server.to_owned();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = UnixStream::connect(&server) else {
                    continue;
                };
                carry(&client, &server, round_trip / 2, &round_trips);
            }
        });
        link
    }

    /// How often a client has begun to speak after the server had.
    pub(crate) fn round_trips(&self) -> usize {
        self.round_trips.load(Ordering::SeqCst)
    }
}

fn carry(client: &UnixStream, server: &UnixStream, delay: Duration, trips: &Arc<AtomicUsize>) {
    let spoke_last = Arc::new(AtomicBool::new(false));
    let ways = [(client, server, true), (server, client, false)];
    for (from, to, is_client) in ways {
        let (Ok(mut from), Ok(mut to)) = (from.try_clone(), to.try_clone()) else {
            return;
        };
        let (later, due): (_, Receiver<(Instant, Vec<u8>)>) = channel();
        let (spoke_last, trips) = (Arc::clone(&spoke_last), Arc::clone(trips));
        thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            while let Ok(length @ 1..) = from.read(&mut buffer) {
                let turned = spoke_last.swap(is_client, Ordering::SeqCst) != is_client;
                if turned && is_client {
                    trips.fetch_add(1, Ordering::SeqCst);
                }
                let bytes = buffer[..length].to_vec();
                if later.send((Instant::now() + delay, bytes)).is_err() {
                    break;
                }
            }
        });
        thread::spawn(move || {
            for (moment, bytes) in due {
                // Sleeping is too coarse for half a millisecond.
                thread::sleep(
                    moment
                        .saturating_duration_since(Instant::now())
                        .saturating_sub(Duration::from_micros(100)),
                );
                while Instant::now() < moment {
                    std::hint::spin_loop();
                }
                if to.write_all(&bytes).is_err() {
                    break;
                }
            }
        });
    }
}
