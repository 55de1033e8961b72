//! How far the sources reach; sender templates and merchant aliases.

use super::{iso_day, iso_time};
use crate::compat::answer::{Answer, object, row_answer};
use crate::compat::function::functions;
use crate::compat::given::Ignored;
use crate::models::gmail::{GmailMerchantAlias, GmailSenderPattern};
use crate::operations::source_coverage::{self, Coverage, STALE_AFTER_DAYS, SourceCoverage};
use crate::types::UserId;

row_answer!(
    fn template(GmailSenderPattern) {
        merchant_name, normalized_name, parse_type, pattern_config, date_tolerance_days,
    }
);

row_answer!(GmailMerchantAlias {
    bank_name,
    receipt_name,
    normalized_name
});

fn listed(pattern: GmailSenderPattern) -> Answer {
    object! {
        "id" => pattern.id,
        "sender_domain" => pattern.sender_domain,
        "sender_pattern" => pattern.sender_pattern,
        "merchant_name" => pattern.merchant_name,
        "normalized_name" => pattern.normalized_name,
        "parse_type" => pattern.parse_type,
        "pattern_config" => pattern.pattern_config,
        "date_tolerance_days" => pattern.date_tolerance_days,
        "is_active" => pattern.is_active,
        "usage_count" => pattern.usage_count,
        "last_used_at" => pattern.last_used_at.map(iso_time),
        "created_at" => iso_time(pattern.created_at),
    }
}

fn reach(coverage: Coverage) -> Answer {
    object! {
        "max_date" => coverage.newest.map(iso_day),
        "min_date" => coverage.oldest.map(iso_day),
        "count" => coverage.rows,
    }
}

impl From<SourceCoverage> for Answer {
    fn from(coverage: SourceCoverage) -> Self {
        let sources = [
            ("amazon", coverage.amazon),
            ("apple", coverage.apple),
            ("gmail", coverage.gmail),
        ];
        let mut answer = object! { "bank_transactions" => reach(coverage.bank) };
        let mut stale = Vec::new();
        for (name, source) in sources {
            let is_stale = coverage.is_stale(&source);
            let mut reach = reach(source);
            reach.set("is_stale", is_stale);
            answer.set(name, reach);
            if is_stale {
                stale.push(name);
            }
        }
        answer.set("stale_sources", stale);
        answer.set("stale_threshold_days", i64::try_from(STALE_AFTER_DAYS).ok());
        answer
    }
}

functions! {
    /// Sources and senders.
    FUNCTIONS:

    get_source_coverage_dates(user_id: UserId = 1) => |conn| source_coverage::read(conn, user_id)?,

    get_gmail_sender_pattern(sender_domain: String) => |conn|
        GmailSenderPattern::use_for_domain(conn, &sender_domain)?.map(template),

    get_gmail_sender_patterns_list(include_usage: Ignored = true) => |conn| {
        let Ignored = include_usage;
        Answer::list(GmailSenderPattern::list_by_usage(conn)?, listed)
    },

    get_gmail_merchant_alias(merchant_name: Option<String>) => |conn|
        match merchant_name {
            None => None,
            Some(name) => GmailMerchantAlias::find_active(conn, &name)?,
        },
}
