//! Receipts and the transactions that paid them.

use bigdecimal::BigDecimal;

use crate::compat::answer::{Answer, object};
use crate::compat::found;
use crate::compat::function::functions;
use crate::models::gmail::{GmailTransactionMatch, NewGmailTransactionMatch};
use crate::operations::gmail::matches::{self, Confirmation, MatchedReceipt, PaidReceipt};
use crate::operations::matched_purchases::{
    MatchedAmazonOrder, MatchedApplePurchase, amazon_order, apple_purchase,
};
use crate::types::{
    EVERYONE, GmailMatchType, GmailReceiptId, GmailTransactionMatchId, TrueLayerTransactionId,
    UserId,
};

functions! {
    /// Receipts and the transactions that paid them.
    FUNCTIONS:

    save_gmail_match(
        truelayer_transaction_id: TrueLayerTransactionId,
        gmail_receipt_id: GmailReceiptId,
        confidence: i32,
        match_method: Option<String> = null,
        match_type: GmailMatchType = "standard",
        currency_converted: bool = false,
        conversion_rate: Option<BigDecimal> = null
    ) => |conn| {
        let new = NewGmailTransactionMatch {
            match_method: match_method.as_deref(),
            match_type: Some(match_type),
            currency_converted: Some(currency_converted),
            conversion_rate: conversion_rate.as_ref(),
            ..NewGmailTransactionMatch::new(truelayer_transaction_id, gmail_receipt_id, confidence)
        };
        matches::save(conn, EVERYONE, &new)?.id
    },

    get_gmail_matches_for_transaction(transaction_id: TrueLayerTransactionId) => |conn|
        Answer::list(MatchedReceipt::list(conn, EVERYONE, transaction_id)?, of_transaction),

    get_amazon_order_for_transaction(transaction_id: TrueLayerTransactionId) => |conn|
        amazon_order(conn, EVERYONE, transaction_id)?.map(order),

    get_apple_transaction_for_match(transaction_id: TrueLayerTransactionId) => |conn|
        apple_purchase(conn, EVERYONE, transaction_id)?.map(purchase),

    get_gmail_matches(
        user_id: UserId,
        limit: Option<u32> = 50,
        offset: Option<u32> = 0,
        unconfirmed_only: bool = false
    ) => |conn| {
        let confirmation = if unconfirmed_only { Confirmation::Missing } else { Confirmation::Any };
        let offset = offset.unwrap_or_default();
        Answer::list(PaidReceipt::list(conn, user_id, confirmation, limit, offset)?, paid)
    },

    confirm_gmail_match(match_id: GmailTransactionMatchId) => |conn|
        found(GmailTransactionMatch::confirm(conn, EVERYONE, match_id))?,

    delete_gmail_match(match_id: GmailTransactionMatchId) => |conn| found(matches::remove(conn, EVERYONE, match_id))?,
}

fn of_transaction(MatchedReceipt { matched, receipt }: MatchedReceipt) -> Answer {
    object! {
        "match_id" => matched.id,
        "match_confidence" => matched.match_confidence,
        "match_method" => matched.match_method,
        "user_confirmed" => matched.user_confirmed,
        "matched_at" => matched.matched_at,
        "gmail_receipt_id" => receipt.id,
        "merchant_name" => receipt.merchant_name,
        "order_id" => receipt.order_id,
        "total_amount" => receipt.total_amount,
        "receipt_date" => receipt.receipt_date,
        "line_items" => receipt.line_items,
        "parse_method" => receipt.parse_method,
        "parse_confidence" => receipt.parse_confidence,
        "currency_code" => receipt.currency_code,
    }
}

fn paid(
    PaidReceipt {
        matched,
        receipt,
        transaction,
    }: PaidReceipt,
) -> Answer {
    object! {
        "id" => matched.id,
        "match_confidence" => matched.match_confidence,
        "match_method" => matched.match_method,
        "match_type" => matched.match_type,
        "user_confirmed" => matched.user_confirmed,
        "matched_at" => matched.matched_at,
        "receipt_id" => receipt.id,
        "merchant_name" => receipt.merchant_name,
        "receipt_amount" => receipt.total_amount,
        "receipt_date" => receipt.receipt_date,
        "order_id" => receipt.order_id,
        "transaction_id" => transaction.id,
        "description" => transaction.description,
        "transaction_amount" => transaction.amount,
        "transaction_date" => transaction.timestamp,
        "receipt_currency" => receipt.currency_code,
        "transaction_currency" => transaction.currency,
    }
}

fn order(
    MatchedAmazonOrder {
        order,
        match_confidence,
    }: MatchedAmazonOrder,
) -> Answer {
    object! {
        "id" => order.id,
        "order_id" => order.order_id,
        "order_date" => order.order_date,
        "product_names" => order.product_names,
        "total_amount" => order.total_owed,
        "website" => order.website,
        "match_confidence" => match_confidence,
        "currency" => order.currency,
    }
}

fn purchase(
    MatchedApplePurchase {
        purchase,
        match_confidence,
    }: MatchedApplePurchase,
) -> Answer {
    object! {
        "id" => purchase.id,
        "order_id" => purchase.order_id,
        "transaction_date" => purchase.order_date,
        "app_names" => purchase.app_names,
        "total_amount" => purchase.total_amount,
        "match_confidence" => match_confidence,
        "currency" => purchase.currency,
    }
}
