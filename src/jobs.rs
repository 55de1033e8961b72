// The guide runs a private server.
#![cfg_attr(feature = "embedded", doc = include_str!("../docs/WORKERS.md"))]
#![cfg_attr(
    not(feature = "embedded"),
    doc = "The durable queue of background jobs, and its workers."
)]

mod claims;
mod context;
mod job;
pub mod kinds;
mod lease;
mod new_job;
mod queue;
mod registry;
mod schedule;
mod shutdown;
mod statement;
mod worker;

pub use context::{Context, Watch};
pub use job::{Backoff, Job, Mode};
pub use new_job::NewJob;
pub use queue::{Enqueued, Queue};
pub use registry::Registry;
pub use schedule::Schedule;
pub use shutdown::Shutdown;
pub use worker::{RunningWorker, WorkSummary, Worker, WorkerBuilder};
