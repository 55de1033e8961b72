//! Where the details of a bank transaction come from.

use serde_json::Value;

use super::super::answer::{Answer, object};
use super::super::found;
use super::super::function::functions;
use crate::Error;
use crate::models::amazon::AmazonBusinessLineItem;
use crate::models::enrichment::{NewTransactionEnrichmentSource, TransactionEnrichmentSource};
use crate::models::gmail::PdfAttachment;
use crate::operations::enrichment_sources::{
    Purchase, SourceDetails, add, find_details, llm_context, llm_contexts, set_primary,
};
use crate::types::{
    EVERYONE, EnrichmentSourceType, TransactionEnrichmentSourceId, TrueLayerTransactionId,
};

functions! {
    /// The sources.
    FUNCTIONS:

    add_enrichment_source(
        transaction_id: TrueLayerTransactionId,
        source_type: EnrichmentSourceType,
        description: String,
        source_id: Option<i32> = null,
        order_id: Option<String> = null,
        line_items: Option<Vec<Value>> = null,
        confidence: i32 = 100,
        match_method: Option<String> = null,
        is_primary: Option<bool> = null
    ) => |conn| {
        let line_items = line_items.map(Value::Array);
        let source = NewTransactionEnrichmentSource {
            source_id,
            order_id: order_id.as_deref(),
            line_items: line_items.as_ref(),
            match_confidence: Some(confidence),
            match_method: match_method.as_deref(),
            is_primary,
            ..NewTransactionEnrichmentSource::new(transaction_id, source_type, &description)
        };
        add(conn, EVERYONE, &source)?.id
    },

    get_transaction_enrichment_sources(transaction_id: TrueLayerTransactionId) => |conn| {
        let sources = TransactionEnrichmentSource::list_for_transaction(conn, EVERYONE, transaction_id)?;
        Answer::List(sources.into_iter().map(of_one_transaction).collect())
    },

    get_all_enrichment_sources_for_transactions(transaction_ids: Vec<TrueLayerTransactionId>) -> int_keys => |conn| {
        let sources = TransactionEnrichmentSource::list_for_transactions(conn, EVERYONE, &transaction_ids)?;
        by_transaction(sources.into_iter().map(|(transaction, sources)| {
            (transaction, Answer::List(sources.into_iter().map(of_many_transactions).collect()))
        }))
    },

    set_primary_enrichment_source(
        transaction_id: TrueLayerTransactionId,
        source_id: TransactionEnrichmentSourceId
    ) => |conn| found(set_primary(conn, EVERYONE, transaction_id, source_id))?,

    get_primary_enrichment_description(transaction_id: TrueLayerTransactionId) => |conn|
        TransactionEnrichmentSource::find_description(conn, EVERYONE, transaction_id)?,

    get_llm_enrichment_context(transaction_id: TrueLayerTransactionId) => |conn|
        llm_context(conn, EVERYONE, transaction_id)?,

    get_batch_llm_enrichment_context(transaction_ids: Vec<TrueLayerTransactionId>) -> int_keys => |conn| {
        let contexts = llm_contexts(conn, EVERYONE, &transaction_ids)?;
        by_transaction(contexts.into_iter().map(|(transaction, context)| (transaction, context.into())))
    },

    delete_enrichment_source(source_id: TransactionEnrichmentSourceId) => |conn|
        found(TransactionEnrichmentSource::delete(conn, EVERYONE, source_id))?,

    get_enrichment_source_full_details(enrichment_source_id: TransactionEnrichmentSourceId) => |conn|
        match find_details(conn, EVERYONE, enrichment_source_id) {
            Err(Error::NotFound) => None,
            details => Some(with_purchase(details?)),
        },
}

fn by_transaction(answers: impl Iterator<Item = (TrueLayerTransactionId, Answer)>) -> Answer {
    Answer::Object(
        answers
            .map(|(transaction, answer)| (transaction.to_string(), answer))
            .collect(),
    )
}

fn of_one_transaction(source: TransactionEnrichmentSource) -> Answer {
    object! {
        "id" => source.id,
        "source_type" => source.source_type,
        "source_id" => source.source_id,
        "description" => source.description,
        "order_id" => source.order_id,
        "line_items" => source.line_items,
        "match_confidence" => source.match_confidence,
        "match_method" => source.match_method,
        "is_primary" => source.is_primary,
        "user_verified" => source.user_verified,
        "created_at" => source.created_at,
    }
}

fn of_many_transactions(source: TransactionEnrichmentSource) -> Answer {
    object! {
        "truelayer_transaction_id" => source.truelayer_transaction_id,
        "id" => source.id,
        "source_type" => source.source_type,
        "source_id" => source.source_id,
        "description" => source.description,
        "order_id" => source.order_id,
        "line_items" => source.line_items,
        "match_confidence" => source.match_confidence,
        "match_method" => source.match_method,
        "is_primary" => source.is_primary,
        "user_verified" => source.user_verified,
    }
}

fn with_purchase(SourceDetails { source, purchase }: SourceDetails) -> Answer {
    object! {
        "id" => source.id,
        "truelayer_transaction_id" => source.truelayer_transaction_id,
        "source_type" => source.source_type,
        "source_id" => source.source_id,
        "description" => source.description,
        "order_id" => source.order_id,
        "line_items" => source.line_items,
        "match_confidence" => source.match_confidence,
        "match_method" => source.match_method,
        "is_primary" => source.is_primary,
        "user_verified" => source.user_verified,
        "created_at" => source.created_at,
        "source_details" => purchase.map(purchase_answer),
    }
}

fn purchase_answer(purchase: Purchase) -> Answer {
    match purchase {
        Purchase::Amazon { order, products } => {
            let has_products = !order.product_names.is_empty();
            let answer = object! {
                "id" => order.id,
                "order_id" => order.order_id,
                "order_date" => order.order_date,
                "website" => order.website,
                "currency" => order.currency,
                "total_owed" => order.total_owed,
                "product_names" => order.product_names,
                "order_status" => order.order_status,
                "shipment_status" => order.shipment_status,
                "source_file" => order.source_file,
                "created_at" => order.created_at,
            };
            with_names(answer, has_products.then_some(products))
        }
        Purchase::AmazonBusiness { order, lines } => object! {
            "id" => order.id,
            "order_id" => order.order_id,
            "order_date" => order.order_date,
            "region" => order.region,
            "purchase_order_number" => order.purchase_order_number,
            "order_status" => order.order_status,
            "buyer_name" => order.buyer_name,
            "buyer_email" => order.buyer_email,
            "subtotal" => order.subtotal,
            "tax" => order.tax,
            "shipping" => order.shipping,
            "net_total" => order.net_total,
            "currency" => order.currency,
            "item_count" => order.item_count,
            "product_summary" => order.product_summary,
            "created_at" => order.created_at,
            "line_items" => Answer::List(lines.into_iter().map(business_line).collect()),
        },
        Purchase::Apple { purchase, apps } => {
            let has_apps = !purchase.app_names.is_empty();
            let answer = object! {
                "id" => purchase.id,
                "order_id" => purchase.order_id,
                "order_date" => purchase.order_date,
                "total_amount" => purchase.total_amount,
                "currency" => purchase.currency,
                "app_names" => purchase.app_names,
                "publishers" => purchase.publishers,
                "item_count" => purchase.item_count,
                "source_file" => purchase.source_file,
                "created_at" => purchase.created_at,
            };
            with_names(answer, has_apps.then_some(apps))
        }
        Purchase::Gmail {
            receipt,
            attachments,
        } => object! {
            "id" => receipt.id,
            "connection_id" => receipt.connection_id,
            "message_id" => receipt.message_id,
            "thread_id" => receipt.thread_id,
            "sender_email" => receipt.sender_email,
            "sender_name" => receipt.sender_name,
            "subject" => receipt.subject,
            "received_at" => receipt.received_at,
            "merchant_name" => receipt.merchant_name,
            "merchant_domain" => receipt.merchant_domain,
            "order_id" => receipt.order_id,
            "total_amount" => receipt.total_amount,
            "currency_code" => receipt.currency_code,
            "receipt_date" => receipt.receipt_date,
            "line_items" => receipt.line_items,
            "parse_method" => receipt.parse_method,
            "parse_confidence" => receipt.parse_confidence,
            "parsing_status" => receipt.parsing_status,
            "created_at" => receipt.created_at,
            "pdf_attachments" => Answer::List(attachments.into_iter().map(attachment_answer).collect()),
        },
    }
}

/// Adds `parsed_line_items` to a purchase that names what was bought.
fn with_names(purchase: Answer, names: Option<Vec<String>>) -> Answer {
    match (purchase, names) {
        (Answer::Object(mut members), Some(names)) => {
            let item = |name| object! { "name" => Answer::Text(name), "quantity" => 1 };
            let items = Answer::List(names.into_iter().map(item).collect());
            members.push(("parsed_line_items".to_owned(), items));
            Answer::Object(members)
        }
        (purchase, _) => purchase,
    }
}

fn business_line(line: AmazonBusinessLineItem) -> Answer {
    object! {
        "line_item_id" => line.line_item_id,
        "asin" => line.asin,
        "title" => line.title,
        "brand" => line.brand,
        "category" => line.category,
        "quantity" => line.quantity,
        "unit_price" => line.unit_price,
        "total_price" => line.total_price,
        "seller_name" => line.seller_name,
    }
}

fn attachment_answer(attachment: PdfAttachment) -> Answer {
    object! {
        "id" => attachment.id,
        "filename" => attachment.filename,
        "size_bytes" => attachment.size_bytes,
        "mime_type" => attachment.mime_type,
        "object_key" => attachment.object_key,
        "created_at" => attachment.created_at,
    }
}
