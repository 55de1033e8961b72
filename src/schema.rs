// @generated automatically by Diesel CLI.

diesel::table! {
    /// Friendly names for sort code + account number.
    account_mappings (id) {
        id -> Int4,
        /// Six digits without hyphens.
        sort_code -> Text,
        /// Eight digits without spaces.
        account_number -> Text,
        friendly_name -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Authorised connections to the Amazon selling/business API; tokens encrypted.
    amazon_business_connections (id) {
        id -> Int4,
        user_id -> Int4,
        /// Ciphertext of the access token; never plain.
        access_token -> Text,
        /// Ciphertext of the refresh token; never plain.
        refresh_token -> Text,
        token_expires_at -> Nullable<Timestamptz>,
        /// Marketplace region: UK, DE, US, …
        region -> Nullable<Text>,
        /// `active` while it is in use.
        status -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        is_sandbox -> Bool,
        marketplace_id -> Nullable<Text>,
        last_synced_at -> Nullable<Timestamptz>,
        /// Version of the key that the access token is encrypted with; 1: not recorded.
        encryption_version -> Int4,
    }
}

diesel::table! {
    /// Lines of Amazon Business orders.
    amazon_business_line_items (id) {
        id -> Int4,
        /// `amazon_business_orders.order_id`.
        order_id -> Text,
        line_item_id -> Nullable<Text>,
        asin -> Nullable<Text>,
        title -> Nullable<Text>,
        brand -> Nullable<Text>,
        category -> Nullable<Text>,
        quantity -> Nullable<Int4>,
        /// In the order's currency.
        unit_price -> Nullable<Numeric>,
        /// In the order's currency.
        total_price -> Nullable<Numeric>,
        seller_name -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Orders fetched from the business API.
    amazon_business_orders (id) {
        id -> Int4,
        order_id -> Text,
        /// Day of the order, UTC.
        order_date -> Date,
        /// Marketplace region.
        region -> Nullable<Text>,
        purchase_order_number -> Nullable<Text>,
        order_status -> Nullable<Text>,
        buyer_name -> Nullable<Text>,
        buyer_email -> Nullable<Text>,
        /// Before tax and shipping, in `currency`.
        subtotal -> Nullable<Numeric>,
        /// In `currency`.
        tax -> Nullable<Numeric>,
        /// In `currency`.
        shipping -> Nullable<Numeric>,
        /// What was paid, in `currency`.
        net_total -> Nullable<Numeric>,
        /// ISO 4217 code, three letters.
        currency -> Nullable<Text>,
        item_count -> Nullable<Int4>,
        /// Titles of the lines joined with ', '.
        product_summary -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Orders from the retail order-history export.
    amazon_orders (id) {
        id -> Int4,
        order_id -> Text,
        /// Day of the order, UTC.
        order_date -> Date,
        website -> Text,
        /// ISO 4217 code, three letters.
        currency -> Text,
        /// Sum over the order's lines, in `currency`.
        total_owed -> Numeric,
        /// Names of the lines, shortened and joined with ' | '.
        product_names -> Text,
        order_status -> Nullable<Text>,
        shipment_status -> Nullable<Text>,
        /// Name of the file it was imported from.
        source_file -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Refunds from the returns export.
    amazon_returns (id) {
        id -> Int4,
        /// Amazon's order number; the order may be unknown.
        order_id -> Text,
        reversal_id -> Text,
        /// Day of the refund, UTC.
        refund_completion_date -> Date,
        /// ISO 4217 code, three letters.
        currency -> Text,
        /// In `currency`.
        amount_refunded -> Numeric,
        status -> Nullable<Text>,
        disbursement_type -> Nullable<Text>,
        /// Name of the file it was imported from.
        source_file -> Nullable<Text>,
        original_transaction_id -> Nullable<Int4>,
        refund_transaction_id -> Nullable<Int4>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Which old spreadsheet transaction paid which Amazon order (deprecated).
    amazon_transaction_matches (id) {
        id -> Int4,
        /// `transactions.id`.
        transaction_id -> Int4,
        /// `amazon_orders.id`.
        amazon_order_id -> Int4,
        /// 0 to 100.
        match_confidence -> Numeric,
        matched_at -> Timestamptz,
    }
}

diesel::table! {
    /// Which bank transaction paid which App Store purchase.
    apple_transaction_matches (id) {
        id -> Int4,
        /// `truelayer_transactions.id`.
        truelayer_transaction_id -> Int4,
        /// `apple_transactions.id`.
        apple_transaction_id -> Int4,
        /// 0 to 100.
        match_confidence -> Int4,
        matched_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// App Store purchases.
    apple_transactions (id) {
        id -> Int4,
        order_id -> Text,
        /// Day of the purchase as printed.
        order_date -> Date,
        /// In `currency`; 0 for a free app.
        total_amount -> Numeric,
        /// ISO 4217 code, three letters.
        currency -> Text,
        /// Names of the apps, joined with ', '.
        app_names -> Text,
        publishers -> Nullable<Text>,
        item_count -> Nullable<Int4>,
        /// Name of the file it was imported from.
        source_file -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// A user's authorised connection to one bank provider; tokens are stored encrypted.
    bank_connections (id) {
        id -> Int4,
        user_id -> Int4,
        /// TrueLayer's id of the bank; `truelayer` is a placeholder until the first sync.
        provider_id -> Text,
        provider_name -> Text,
        /// Ciphertext of the access token; never plain.
        access_token -> Nullable<Text>,
        /// Ciphertext of the refresh token; never plain.
        refresh_token -> Nullable<Text>,
        token_expires_at -> Nullable<Timestamptz>,
        refresh_token_expires_at -> Nullable<Timestamptz>,
        connection_status -> Text,
        last_synced_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        /// Version of the key that the access token is encrypted with; 1: not recorded.
        encryption_version -> Int4,
    }
}

diesel::table! {
    /// Flat transaction categories with an optional pattern.
    categories (id) {
        id -> Int4,
        name -> Text,
        /// Regular expression that gives the category.
        rule_pattern -> Nullable<Text>,
        ai_suggested -> Bool,
    }
}

diesel::table! {
    /// Keywords that point at a category by its name.
    category_keywords (id) {
        id -> Int4,
        /// Name of a category, built-in or of `categories`; not a foreign key.
        category_name -> Text,
        keyword -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Description patterns that give a category.
    category_rules (id) {
        id -> Int4,
        rule_name -> Text,
        /// `CREDIT` or `DEBIT`; null fits both.
        transaction_type -> Nullable<Text>,
        description_pattern -> Text,
        /// `contains`, `starts_with`, `exact` or `regex`.
        pattern_type -> Nullable<Text>,
        /// Name of the category it gives.
        category -> Text,
        /// Name of the subcategory it gives.
        subcategory -> Nullable<Text>,
        /// Greater goes first.
        priority -> Int4,
        is_active -> Bool,
        /// `manual`, `learned` or `llm`.
        source -> Nullable<Text>,
        usage_count -> Int4,
        created_at -> Timestamptz,
        category_id -> Nullable<Int4>,
        subcategory_id -> Nullable<Int4>,
    }
}

diesel::table! {
    /// Events of a bank connection.
    connection_logs (id) {
        id -> Int4,
        connection_id -> Nullable<Int4>,
        event_type -> Text,
        details -> Nullable<Jsonb>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// A user's promoted or hidden categories.
    custom_categories (id) {
        id -> Int4,
        user_id -> Int4,
        name -> Text,
        category_type -> Text,
        display_order -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// Answers of the language model by description and direction.
    enrichment_cache (id) {
        id -> Int4,
        /// The bank's text; where purchases explain the transaction with ` #` and a SHA-256 of what they tell.
        transaction_description -> Text,
        /// `in` or `out`.
        transaction_direction -> Nullable<Text>,
        /// The answer as JSON text; while the question is being asked `reserved ` and by whom.
        enrichment_data -> Nullable<Text>,
        cached_at -> Timestamptz,
    }
}

diesel::table! {
    /// A user's authorised mailbox; tokens encrypted.
    gmail_connections (id) {
        id -> Int4,
        user_id -> Int4,
        email_address -> Text,
        /// Ciphertext of the access token; never plain.
        access_token -> Text,
        /// Ciphertext of the refresh token; never plain.
        refresh_token -> Text,
        token_expires_at -> Nullable<Timestamptz>,
        /// Version of the key that the access token is encrypted with; 1: not recorded.
        encryption_version -> Int4,
        scopes -> Nullable<Text>,
        connection_status -> Text,
        /// Gmail's mark up to which changes have been read.
        history_id -> Nullable<Text>,
        last_synced_at -> Nullable<Timestamptz>,
        /// First day of a full sync.
        sync_from_date -> Nullable<Date>,
        error_count -> Int4,
        last_error -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// Stored message bodies and headers, for parsing again.
    gmail_email_content (id) {
        id -> Int4,
        /// Gmail's id of the message; as `gmail_receipts.message_id`.
        message_id -> Text,
        thread_id -> Nullable<Text>,
        subject -> Nullable<Text>,
        from_header -> Nullable<Text>,
        to_header -> Nullable<Text>,
        /// Header Date, as sent.
        date_header -> Nullable<Text>,
        list_unsubscribe -> Nullable<Text>,
        x_mailer -> Nullable<Text>,
        body_html -> Nullable<Text>,
        body_text -> Nullable<Text>,
        snippet -> Nullable<Text>,
        /// Array of `{filename, mime_type, size, attachment_id}`.
        attachments -> Nullable<Jsonb>,
        /// Bytes.
        size_estimate -> Nullable<Int4>,
        received_at -> Nullable<Timestamptz>,
        fetched_at -> Nullable<Timestamptz>,
        /// The mailbox; null where the writer did not tell it: then that of the receipt of this message.
        connection_id -> Nullable<Int4>,
    }
}

diesel::table! {
    /// Bank name / receipt name pairs of one merchant.
    gmail_merchant_aliases (id) {
        id -> Int4,
        /// Name on bank statements.
        bank_name -> Text,
        /// Name on receipts.
        receipt_name -> Text,
        /// Name of both, lower-case.
        normalized_name -> Text,
        is_active -> Bool,
        usage_count -> Int4,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Pending mailbox authorisations, short-lived.
    gmail_oauth_state (id) {
        id -> Int4,
        user_id -> Int4,
        /// Random text that Google gives back.
        state -> Text,
        /// PKCE secret of the pending authorisation.
        code_verifier -> Text,
        expires_at -> Timestamptz,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// What one parse attempt got out of a message.
    gmail_parse_statistics (id) {
        id -> Int4,
        connection_id -> Int4,
        sync_job_id -> Nullable<Int4>,
        message_id -> Text,
        sender_domain -> Text,
        /// The shop, lower-case.
        merchant_normalized -> Nullable<Text>,
        parse_method -> Nullable<Text>,
        merchant_extracted -> Nullable<Bool>,
        brand_extracted -> Nullable<Bool>,
        amount_extracted -> Nullable<Bool>,
        date_extracted -> Nullable<Bool>,
        order_id_extracted -> Nullable<Bool>,
        line_items_extracted -> Nullable<Bool>,
        match_attempted -> Nullable<Bool>,
        match_success -> Nullable<Bool>,
        /// 0 to 100.
        match_confidence -> Nullable<Int4>,
        /// Milliseconds.
        parse_duration_ms -> Nullable<Int4>,
        /// US cents.
        llm_cost_cents -> Nullable<Int4>,
        parsing_status -> Text,
        parsing_error -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Errors while fetching, parsing or storing mail.
    gmail_processing_errors (id) {
        id -> Int4,
        connection_id -> Nullable<Int4>,
        sync_job_id -> Nullable<Int4>,
        message_id -> Nullable<Text>,
        /// `gmail_receipts.id`.
        receipt_id -> Nullable<Int4>,
        error_stage -> Text,
        error_type -> Text,
        error_message -> Text,
        stack_trace -> Nullable<Text>,
        error_context -> Nullable<Jsonb>,
        is_retryable -> Nullable<Bool>,
        retry_count -> Int4,
        last_retry_at -> Nullable<Timestamptz>,
        occurred_at -> Timestamptz,
    }
}

diesel::table! {
    /// Receipts found in mail, parsed or waiting to be.
    gmail_receipts (id) {
        id -> Int4,
        connection_id -> Int4,
        message_id -> Text,
        thread_id -> Nullable<Text>,
        sender_email -> Text,
        sender_name -> Nullable<Text>,
        subject -> Nullable<Text>,
        received_at -> Timestamptz,
        merchant_name -> Nullable<Text>,
        /// Lower-case, without company suffixes and signs.
        merchant_name_normalized -> Nullable<Text>,
        merchant_domain -> Nullable<Text>,
        order_id -> Nullable<Text>,
        /// In `currency_code`.
        total_amount -> Nullable<Numeric>,
        /// ISO 4217 code, three letters.
        currency_code -> Nullable<Text>,
        /// Day of the purchase; else `received_at` counts.
        receipt_date -> Nullable<Date>,
        /// Array of objects with at least `name`.
        line_items -> Nullable<Jsonb>,
        /// SHA-256 of merchant, amount, day and order number; tells the second mail of a purchase.
        receipt_hash -> Nullable<Text>,
        /// The parser that read it; an open set.
        parse_method -> Nullable<Text>,
        /// 0 to 100.
        parse_confidence -> Int4,
        raw_schema_data -> Nullable<Jsonb>,
        /// US cents.
        llm_cost_cents -> Nullable<Int4>,
        parsing_status -> Nullable<Text>,
        parsing_error -> Nullable<Text>,
        retry_count -> Int4,
        /// Set where the receipt counts as deleted.
        deleted_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        pdf_processing_status -> Nullable<Text>,
        pdf_retry_count -> Int4,
        pdf_last_error -> Nullable<Text>,
        /// How far the language model parsed it; null where it was not asked.
        llm_parse_status -> Nullable<Text>,
        /// US cents.
        llm_estimated_cost_cents -> Nullable<Int4>,
        /// US cents.
        llm_actual_cost_cents -> Nullable<Int4>,
        llm_parsed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// How mails of a sender domain are parsed.
    gmail_sender_patterns (id) {
        id -> Int4,
        sender_domain -> Text,
        /// Pattern on the address, where the domain has several senders.
        sender_pattern -> Nullable<Text>,
        merchant_name -> Text,
        /// The shop, lower-case.
        normalized_name -> Text,
        parse_type -> Text,
        pattern_config -> Nullable<Jsonb>,
        /// Days between receipt and payment.
        date_tolerance_days -> Int4,
        is_active -> Bool,
        usage_count -> Int4,
        last_used_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// One row per mailbox sync with progress and statistics.
    gmail_sync_jobs (id) {
        id -> Int4,
        connection_id -> Int4,
        status -> Text,
        job_type -> Text,
        total_messages -> Int4,
        processed_messages -> Int4,
        parsed_receipts -> Int4,
        failed_messages -> Int4,
        error_message -> Nullable<Text>,
        started_at -> Nullable<Timestamptz>,
        completed_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        stats -> Jsonb,
        /// First day, included.
        sync_from_date -> Nullable<Date>,
        /// Last day, included.
        sync_to_date -> Nullable<Date>,
        /// Last sign of life.
        last_progress_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// Which receipts belong to which bank transaction.
    gmail_transaction_matches (id) {
        id -> Int4,
        /// `truelayer_transactions.id`.
        truelayer_transaction_id -> Int4,
        /// `gmail_receipts.id`.
        gmail_receipt_id -> Int4,
        /// 0 to 100.
        match_confidence -> Int4,
        match_type -> Text,
        match_method -> Nullable<Text>,
        currency_converted -> Bool,
        /// Receipt currency for one unit of the payment's.
        conversion_rate -> Nullable<Numeric>,
        /// A person confirmed it; never replaced.
        user_confirmed -> Bool,
        matched_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// Last enrichment failure of a transaction.
    llm_enrichment_failures (id) {
        id -> Int4,
        /// `truelayer_transactions.id`.
        transaction_id -> Int4,
        error_message -> Text,
        retry_count -> Int4,
        failed_at -> Timestamptz,
    }
}

diesel::table! {
    /// Progress of a background matching run.
    matching_jobs (id) {
        id -> Int4,
        user_id -> Int4,
        /// `amazon`, `returns`, `apple`, `gmail`, `amazon_matching`, `apple_matching` or `gmail_matching`.
        job_type -> Text,
        /// Id in the old application's queue.
        celery_task_id -> Nullable<Text>,
        status -> Text,
        total_items -> Int4,
        processed_items -> Int4,
        matched_items -> Int4,
        failed_items -> Int4,
        error_message -> Nullable<Text>,
        started_at -> Nullable<Timestamptz>,
        completed_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        /// Last sign of life.
        last_progress_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// Description patterns that give a clean merchant name.
    merchant_normalizations (id) {
        id -> Int4,
        pattern -> Text,
        /// `contains`, `starts_with`, `exact` or `regex`.
        pattern_type -> Nullable<Text>,
        normalized_name -> Text,
        merchant_type -> Nullable<Text>,
        /// Name of the category for want of a rule.
        default_category -> Nullable<Text>,
        /// Greater goes first.
        priority -> Int4,
        /// `manual`, `learned`, `llm` or `direct_debit`.
        source -> Nullable<Text>,
        usage_count -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// Managed categories (system, essential, colour, order).
    normalized_categories (id) {
        id -> Int4,
        name -> Text,
        description -> Nullable<Text>,
        /// Came with the application; cannot be deleted.
        is_system -> Bool,
        is_active -> Bool,
        /// Spending in it is a necessity.
        is_essential -> Bool,
        display_order -> Int4,
        /// CSS colour.
        color -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// Managed subcategories.
    normalized_subcategories (id) {
        id -> Int4,
        category_id -> Int4,
        name -> Text,
        description -> Nullable<Text>,
        is_active -> Bool,
        display_order -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// Pending TrueLayer authorisations (PKCE), short-lived.
    oauth_state (id) {
        id -> Int4,
        user_id -> Int4,
        /// Random text that the bank gives back.
        state -> Text,
        /// PKCE secret of the pending authorisation.
        code_verifier -> Text,
        expires_at -> Timestamptz,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Where a receipt's PDF lies in object storage.
    pdf_attachments (id) {
        id -> Int4,
        gmail_receipt_id -> Nullable<Int4>,
        message_id -> Text,
        bucket_name -> Nullable<Text>,
        object_key -> Text,
        filename -> Text,
        /// SHA-256 of the content, hex.
        content_hash -> Text,
        size_bytes -> Int4,
        mime_type -> Nullable<Text>,
        etag -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Sign-ins and other security events.
    security_audit_log (id) {
        id -> Int4,
        /// Whom it concerns; null where unknown or deleted.
        user_id -> Nullable<Int4>,
        /// `login_success`, `login_failed`, `login_blocked_ip`, `rate_limit_exceeded`, `logout`, …
        event_type -> Text,
        ip_address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        timestamp -> Timestamptz,
        metadata -> Jsonb,
        success -> Bool,
    }
}

diesel::table! {
    /// Subcategories gathered under a promoted category.
    subcategory_mappings (id) {
        id -> Int4,
        custom_category_id -> Int4,
        /// Name of the subcategory gathered under it.
        subcategory_name -> Text,
        /// Name of the category it came from.
        original_category -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Background jobs: what is to be done, by whom it is being done and what came of it.
    sync_jobs (id) {
        id -> Int8,
        /// Name of the job's type.
        kind -> Text,
        /// The job itself, as its type serialises.
        payload -> Jsonb,
        /// Whom it works for; null for upkeep.
        user_id -> Nullable<Int4>,
        /// Greater goes first.
        priority -> Int4,
        state -> Text,
        /// Times it was started, but for those that were handed back.
        attempts -> Int4,
        /// Fails for good after that many.
        max_attempts -> Int4,
        /// Not before this instant.
        run_at -> Timestamptz,
        /// The worker that has it.
        locked_by -> Nullable<Text>,
        /// End of that worker's lease; another may take the job then.
        locked_until -> Nullable<Timestamptz>,
        /// Steps done in this attempt; what a step is depends on the kind.
        progress_done -> Int4,
        /// Steps in all, where known.
        progress_total -> Nullable<Int4>,
        /// What it gave.
        result -> Nullable<Jsonb>,
        /// Why the last attempt failed.
        last_error -> Nullable<Text>,
        /// Only one queued or running job may have it.
        unique_key -> Nullable<Text>,
        created_at -> Timestamptz,
        /// When the last attempt began.
        started_at -> Nullable<Timestamptz>,
        /// When it ended for good: completed, failed or cancelled.
        finished_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// Every source (Amazon, Apple, Gmail, manual) that explains a transaction; at most one is primary.
    transaction_enrichment_sources (id) {
        id -> Int4,
        /// `truelayer_transactions.id`.
        truelayer_transaction_id -> Int4,
        source_type -> Text,
        /// Id in the table of that source: `amazon_orders`, `amazon_business_orders`, `apple_transactions`, `gmail_receipts`, …
        source_id -> Nullable<Int4>,
        description -> Text,
        order_id -> Nullable<Text>,
        /// Array of objects with at least `name`.
        line_items -> Nullable<Jsonb>,
        /// 0 to 100.
        match_confidence -> Int4,
        match_method -> Nullable<Text>,
        /// The one that is shown; at most one a transaction.
        is_primary -> Bool,
        /// A person confirmed it; stays primary.
        user_verified -> Bool,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// Old spreadsheet imports (deprecated).
    transactions (id) {
        id -> Int4,
        date -> Date,
        description -> Text,
        /// Pounds sterling; negative for money out.
        amount -> Numeric,
        category -> Nullable<Text>,
        /// Name of the file it was imported from.
        source_file -> Nullable<Text>,
        merchant -> Nullable<Text>,
        huququllah_classification -> Nullable<Text>,
        created_at -> Timestamptz,
        /// Description of the purchase that explains it.
        lookup_description -> Nullable<Text>,
    }
}

diesel::table! {
    /// Bank accounts discovered on a connection.
    truelayer_accounts (id) {
        id -> Int4,
        connection_id -> Int4,
        /// TrueLayer's id of the account, opaque.
        account_id -> Text,
        /// `TRANSACTION`, `SAVINGS`, `BUSINESS_TRANSACTION` or `BUSINESS_SAVINGS`.
        account_type -> Text,
        display_name -> Text,
        /// ISO 4217 code, three letters.
        currency -> Text,
        /// `{number, sort_code, iban, swift_bic}` as TrueLayer sent it.
        account_number_json -> Nullable<Jsonb>,
        /// `{provider_id, display_name, …}` as TrueLayer sent it.
        provider_data -> Nullable<Jsonb>,
        last_synced_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        /// Everything up to this instant has been stored; the next incremental import starts here.
        last_synced_at_incremental -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// Which bank transaction paid which business order.
    truelayer_amazon_business_matches (id) {
        id -> Int4,
        /// `truelayer_transactions.id`.
        truelayer_transaction_id -> Int4,
        /// `amazon_business_orders.id`.
        amazon_business_order_id -> Int4,
        /// 0 to 100.
        match_confidence -> Int4,
        matched_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// Which bank transaction paid which Amazon order.
    truelayer_amazon_transaction_matches (id) {
        id -> Int4,
        /// `truelayer_transactions.id`.
        truelayer_transaction_id -> Int4,
        /// `amazon_orders.id`.
        amazon_order_id -> Int4,
        /// 0 to 100.
        match_confidence -> Numeric,
        matched_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// Balance snapshots of accounts.
    truelayer_balances (id) {
        id -> Int4,
        /// `truelayer_accounts.id`.
        account_id -> Int4,
        /// Balance in `currency`.
        current_balance -> Numeric,
        /// Balance plus overdraft, less what is reserved, in `currency`.
        available_balance -> Nullable<Numeric>,
        /// Granted overdraft in `currency`.
        overdraft -> Nullable<Numeric>,
        /// ISO 4217 code, three letters.
        currency -> Text,
        snapshot_at -> Timestamptz,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Balance snapshots of cards.
    truelayer_card_balance_snapshots (id) {
        id -> Int4,
        /// `truelayer_cards.id`.
        card_id -> Int4,
        /// Balance in `currency`.
        current_balance -> Nullable<Numeric>,
        /// ISO 4217 code, three letters.
        currency -> Nullable<Text>,
        snapshot_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Card transactions.
    truelayer_card_transactions (id) {
        id -> Int4,
        /// `truelayer_cards.id`.
        card_id -> Int4,
        /// TrueLayer's id; may change between requests.
        transaction_id -> Nullable<Text>,
        /// Stable between requests; what imports deduplicate by.
        normalised_provider_id -> Nullable<Text>,
        /// The full instant that the bank gave, in UTC.
        timestamp -> Nullable<Timestamptz>,
        description -> Nullable<Text>,
        /// Without sign, in `currency`; `transaction_type` carries the direction.
        amount -> Nullable<Numeric>,
        /// ISO 4217 code, three letters.
        currency -> Nullable<Text>,
        /// `DEBIT` or `CREDIT`, as sent.
        transaction_type -> Nullable<Text>,
        /// The bank's category, as sent.
        category -> Nullable<Text>,
        merchant_name -> Nullable<Text>,
        /// Balance of the card after it, in `currency`.
        running_balance -> Nullable<Numeric>,
        /// What the bank sent beside the columns.
        metadata -> Nullable<Jsonb>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Cards discovered on a connection.
    truelayer_cards (id) {
        id -> Int4,
        connection_id -> Int4,
        /// TrueLayer's id of the card (its `account_id`), opaque.
        card_id -> Text,
        card_name -> Nullable<Text>,
        /// `CREDIT`, `CHARGE`, …
        card_type -> Nullable<Text>,
        /// Last four digits of the card number.
        last_four -> Nullable<Text>,
        /// Card network: `VISA`, `MASTERCARD`, …
        issuer -> Nullable<Text>,
        /// `active` where nothing else is known.
        status -> Nullable<Text>,
        last_synced_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// The first form of bank connections (deprecated).
    truelayer_connections (id) {
        id -> Int4,
        user_id -> Int4,
        provider_id -> Nullable<Text>,
        /// Ciphertext of the access token; never plain.
        access_token -> Text,
        /// Ciphertext of the refresh token; never plain.
        refresh_token -> Nullable<Text>,
        token_expires_at -> Nullable<Timestamptz>,
        /// `active` while it is in use.
        connection_status -> Nullable<Text>,
        last_synced_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// One row per enrichment run over a set of transactions, with cost and tokens.
    truelayer_enrichment_jobs (id) {
        id -> Int4,
        user_id -> Int4,
        import_job_id -> Nullable<Int4>,
        job_status -> Text,
        /// `truelayer_transactions.id` of what is to be enriched.
        transaction_ids -> Array<Nullable<Int4>>,
        total_transactions -> Int4,
        successful_enrichments -> Int4,
        failed_enrichments -> Int4,
        cached_hits -> Int4,
        /// US dollars, four decimals.
        total_cost -> Numeric,
        total_tokens -> Int4,
        llm_provider -> Nullable<Text>,
        llm_model -> Nullable<Text>,
        created_at -> Timestamptz,
        started_at -> Nullable<Timestamptz>,
        completed_at -> Nullable<Timestamptz>,
        metadata -> Jsonb,
        error_message -> Nullable<Text>,
    }
}

diesel::table! {
    /// One row per requested bank import (range, accounts, totals, state).
    truelayer_import_jobs (id) {
        id -> Int4,
        user_id -> Int4,
        connection_id -> Nullable<Int4>,
        job_status -> Text,
        job_type -> Text,
        /// First day, UTC, included.
        from_date -> Nullable<Date>,
        /// Last day, UTC, included.
        to_date -> Nullable<Date>,
        /// TrueLayer's account ids to import; empty means all of the connection.
        account_ids -> Array<Nullable<Text>>,
        /// TrueLayer's card ids to import.
        card_ids -> Array<Nullable<Text>>,
        total_accounts -> Int4,
        total_transactions_synced -> Int4,
        total_transactions_duplicates -> Int4,
        total_transactions_errors -> Int4,
        auto_enrich -> Bool,
        enrich_after_completion -> Bool,
        enrichment_job_id -> Nullable<Int4>,
        batch_size -> Int4,
        created_at -> Timestamptz,
        started_at -> Nullable<Timestamptz>,
        completed_at -> Nullable<Timestamptz>,
        estimated_completion -> Nullable<Timestamptz>,
        metadata -> Jsonb,
        error_message -> Nullable<Text>,
    }
}

diesel::table! {
    /// Per-account progress of an import job.
    truelayer_import_progress (id) {
        id -> Int4,
        job_id -> Int4,
        /// `truelayer_accounts.id`; one row a job and account.
        account_id -> Nullable<Int4>,
        progress_status -> Text,
        synced_count -> Int4,
        duplicates_count -> Int4,
        errors_count -> Int4,
        started_at -> Nullable<Timestamptz>,
        completed_at -> Nullable<Timestamptz>,
        error_message -> Nullable<Text>,
        metadata -> Jsonb,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    /// Bank transactions; the heart of the data.
    truelayer_transactions (id) {
        id -> Int4,
        /// `truelayer_accounts.id`, not TrueLayer's text id.
        account_id -> Int4,
        /// TrueLayer's id; may change between requests.
        transaction_id -> Text,
        /// Stable between requests; what imports deduplicate by.
        normalised_provider_transaction_id -> Text,
        /// The full instant that the bank gave, in UTC.
        timestamp -> Timestamptz,
        description -> Text,
        /// Without sign, in `currency`; `transaction_type` carries the direction.
        amount -> Numeric,
        /// ISO 4217 code, three letters.
        currency -> Text,
        transaction_type -> Text,
        /// The bank's category at import, then the primary category of the enrichment.
        transaction_category -> Nullable<Text>,
        /// The bank's merchant or the start of the description, then the enrichment's clean name.
        merchant_name -> Nullable<Text>,
        /// Balance of the account after it, in `currency`.
        running_balance -> Nullable<Numeric>,
        /// What the bank sent beside the columns; `enrichment` holds the enrichment, `huququllah_classification` a person's choice.
        metadata -> Nullable<Jsonb>,
        created_at -> Timestamptz,
        account_type -> Nullable<Text>,
        /// Description of the purchase that explains it, found by matching.
        lookup_description -> Nullable<Text>,
        pre_enrichment_status -> Nullable<Text>,
        enrichment_required -> Bool,
        category_id -> Nullable<Int4>,
        subcategory_id -> Nullable<Int4>,
        import_job_id -> Nullable<Int4>,
    }
}

diesel::table! {
    /// People who own the data.
    users (id) {
        id -> Int4,
        email -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        username -> Nullable<Text>,
        /// Hash of the password, never the password.
        password_hash -> Nullable<Text>,
        is_admin -> Bool,
        is_active -> Bool,
        last_login_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// Webhooks received, for idempotent processing.
    webhook_events (id) {
        id -> Int4,
        /// TrueLayer's id; an event is kept once.
        event_id -> Text,
        event_type -> Text,
        payload -> Jsonb,
        /// Header Tl-Signature.
        signature -> Nullable<Text>,
        processed -> Bool,
        processed_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::joinable!(amazon_transaction_matches -> amazon_orders (amazon_order_id));
diesel::joinable!(amazon_transaction_matches -> transactions (transaction_id));
diesel::joinable!(apple_transaction_matches -> apple_transactions (apple_transaction_id));
diesel::joinable!(apple_transaction_matches -> truelayer_transactions (truelayer_transaction_id));
diesel::joinable!(bank_connections -> users (user_id));
diesel::joinable!(category_rules -> normalized_categories (category_id));
diesel::joinable!(category_rules -> normalized_subcategories (subcategory_id));
diesel::joinable!(connection_logs -> bank_connections (connection_id));
diesel::joinable!(gmail_connections -> users (user_id));
diesel::joinable!(gmail_email_content -> gmail_connections (connection_id));
diesel::joinable!(gmail_parse_statistics -> gmail_connections (connection_id));
diesel::joinable!(gmail_parse_statistics -> gmail_sync_jobs (sync_job_id));
diesel::joinable!(gmail_processing_errors -> gmail_connections (connection_id));
diesel::joinable!(gmail_processing_errors -> gmail_receipts (receipt_id));
diesel::joinable!(gmail_processing_errors -> gmail_sync_jobs (sync_job_id));
diesel::joinable!(gmail_receipts -> gmail_connections (connection_id));
diesel::joinable!(gmail_sync_jobs -> gmail_connections (connection_id));
diesel::joinable!(gmail_transaction_matches -> gmail_receipts (gmail_receipt_id));
diesel::joinable!(gmail_transaction_matches -> truelayer_transactions (truelayer_transaction_id));
diesel::joinable!(llm_enrichment_failures -> truelayer_transactions (transaction_id));
diesel::joinable!(matching_jobs -> users (user_id));
diesel::joinable!(normalized_subcategories -> normalized_categories (category_id));
diesel::joinable!(oauth_state -> users (user_id));
diesel::joinable!(pdf_attachments -> gmail_receipts (gmail_receipt_id));
diesel::joinable!(security_audit_log -> users (user_id));
diesel::joinable!(subcategory_mappings -> custom_categories (custom_category_id));
diesel::joinable!(sync_jobs -> users (user_id));
diesel::joinable!(transaction_enrichment_sources -> truelayer_transactions (truelayer_transaction_id));
diesel::joinable!(truelayer_accounts -> bank_connections (connection_id));
diesel::joinable!(truelayer_amazon_business_matches -> amazon_business_orders (amazon_business_order_id));
diesel::joinable!(truelayer_amazon_business_matches -> truelayer_transactions (truelayer_transaction_id));
diesel::joinable!(truelayer_amazon_transaction_matches -> amazon_orders (amazon_order_id));
diesel::joinable!(truelayer_amazon_transaction_matches -> truelayer_transactions (truelayer_transaction_id));
diesel::joinable!(truelayer_balances -> truelayer_accounts (account_id));
diesel::joinable!(truelayer_card_balance_snapshots -> truelayer_cards (card_id));
diesel::joinable!(truelayer_card_transactions -> truelayer_cards (card_id));
diesel::joinable!(truelayer_cards -> bank_connections (connection_id));
diesel::joinable!(truelayer_connections -> users (user_id));
diesel::joinable!(truelayer_enrichment_jobs -> users (user_id));
diesel::joinable!(truelayer_import_jobs -> bank_connections (connection_id));
diesel::joinable!(truelayer_import_jobs -> users (user_id));
diesel::joinable!(truelayer_import_progress -> truelayer_accounts (account_id));
diesel::joinable!(truelayer_import_progress -> truelayer_import_jobs (job_id));
diesel::joinable!(truelayer_transactions -> normalized_categories (category_id));
diesel::joinable!(truelayer_transactions -> normalized_subcategories (subcategory_id));
diesel::joinable!(truelayer_transactions -> truelayer_accounts (account_id));
diesel::joinable!(truelayer_transactions -> truelayer_import_jobs (import_job_id));

diesel::allow_tables_to_appear_in_same_query!(
    amazon_business_orders,
    amazon_orders,
    amazon_transaction_matches,
    apple_transaction_matches,
    apple_transactions,
    bank_connections,
    category_rules,
    connection_logs,
    gmail_connections,
    gmail_email_content,
    gmail_parse_statistics,
    gmail_processing_errors,
    gmail_receipts,
    gmail_sync_jobs,
    gmail_transaction_matches,
    llm_enrichment_failures,
    matching_jobs,
    normalized_categories,
    normalized_subcategories,
    oauth_state,
    pdf_attachments,
    security_audit_log,
    sync_jobs,
    transaction_enrichment_sources,
    transactions,
    truelayer_accounts,
    truelayer_amazon_business_matches,
    truelayer_amazon_transaction_matches,
    truelayer_balances,
    truelayer_card_balance_snapshots,
    truelayer_card_transactions,
    truelayer_cards,
    truelayer_connections,
    truelayer_enrichment_jobs,
    truelayer_import_jobs,
    truelayer_import_progress,
    truelayer_transactions,
    users,
);
diesel::allow_tables_to_appear_in_same_query!(custom_categories, subcategory_mappings,);
