-- Transactions that look like a vendor's, as the matchers ask for them: the newest first.

CREATE INDEX truelayer_transactions_timestamp_id_amazon_idx
    ON truelayer_transactions ("timestamp", id)
    WHERE upper(merchant_name) LIKE '%AMAZON%'
       OR upper(merchant_name) LIKE '%AMZN%'
       OR upper(description) LIKE '%AMAZON%'
       OR upper(description) LIKE '%AMZN%';

CREATE INDEX truelayer_transactions_timestamp_id_apple_idx
    ON truelayer_transactions ("timestamp", id)
    WHERE upper(merchant_name) LIKE '%APPLE%'
       OR upper(description) LIKE '%APPLE%';
