CREATE TEMPORARY TABLE staged_mails (
    place integer,
    message_id text,
    thread_id text,
    subject text,
    from_header text,
    to_header text,
    date_header text,
    list_unsubscribe text,
    x_mailer text,
    body_html text,
    body_text text,
    snippet text,
    attachments jsonb,
    size_estimate integer,
    received_at timestamptz,
    fetched_at timestamptz,
    connection_id integer
)
