//! Logs, webhooks and jobs.

mod connection_log;
mod matching_job;
mod security_audit_event;
mod signed_webhook;
mod sync_job;
mod webhook_event;

pub use connection_log::{ConnectionLog, NewConnectionLog};
pub use matching_job::{
    MatchingJob, MatchingJobChanges, MatchingJobCounts, MatchingJobStep, NewMatchingJob, STALLED,
};
pub use security_audit_event::{NewSecurityAuditEvent, SecurityAuditEvent};
pub use signed_webhook::SignedWebhook;
pub use sync_job::{NewSyncJob, SyncJob, SyncJobChanges, SyncJobFilter};
pub use webhook_event::{NewWebhookEvent, WebhookEvent, WebhookEventChanges};
