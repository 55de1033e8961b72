//! What a receipt tells of the transaction that paid it.

use serde_json::Value;

use crate::models::gmail::GmailReceipt;

/// As many items are named.
const NAMED: usize = 5;

/// `Merchant: item, item`; for want of items `Merchant #order`; for want of all that the receipt's number. Items without a
/// name are passed over.
pub(super) fn of(receipt: &GmailReceipt) -> String {
    let merchant = filled(receipt.merchant_name.as_deref());
    let items = receipt.line_items.as_ref().and_then(Value::as_array);
    let order = filled(receipt.order_id.as_deref()).map(|order| format!("#{order}"));
    let (link, rest) = match items {
        Some(items) if !items.is_empty() => (": ", names(items)),
        _ => (" ", order),
    };
    match (merchant, rest) {
        (Some(merchant), Some(rest)) => format!("{merchant}{link}{rest}"),
        (Some(merchant), None) => merchant.to_owned(),
        (None, Some(rest)) => rest,
        (None, None) => format!("Receipt #{}", receipt.id),
    }
}

fn names(items: &[Value]) -> Option<String> {
    let names: Vec<&str> = items
        .iter()
        .filter_map(|item| filled(item.get("name")?.as_str()))
        .take(NAMED)
        .collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}
