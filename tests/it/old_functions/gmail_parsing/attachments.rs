//! Where the PDFs of mails lie.

use diesel::PgConnection;
use serde_json::{Value, json};
use spending_db::Error;
use spending_db::models::gmail::{
    NewPdfAttachment, PdfAttachment, PdfAttachmentDetails, PdfStorage,
};
use spending_db::types::{EVERYONE, PdfAttachmentId, UserId};

use super::{call, refused, refused_by_database, row};
use crate::support::fixtures::Household;
use crate::support::rows::{assert_conflict, assert_not_found, assert_reference};
use crate::support::threads::at_once;
use crate::support::{TestDatabase, execute};

fn file<'a>(
    home: &Household,
    message: &'a str,
    key: &'a str,
    hash: &'a str,
) -> NewPdfAttachment<'a> {
    NewPdfAttachment {
        gmail_receipt_id: Some(home.receipt),
        ..NewPdfAttachment::new(message, key, "bill.pdf", hash, 10)
    }
}

fn save(conn: &mut PgConnection, home: &Household, key: &str, hash: &str) -> PdfAttachmentId {
    let message = format!("message of {key}");
    file(home, &message, key, hash)
        .save(conn, home.user)
        .unwrap()
        .id
}

#[test]
fn saved_again_a_file_has_its_new_bucket_and_its_receipt() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let arguments = |receipt: Value, bucket: &str, key: &str| {
        json!({"gmail_receipt_id": receipt, "message_id": "m", "bucket_name": bucket, "object_key": key,
               "filename": "bill.pdf", "content_hash": "hash", "size_bytes": 10, "etag": null})
    };
    let id = call(
        conn,
        "save_pdf_attachment",
        arguments(Value::Null, "old", "a"),
    )
    .unwrap();
    let typed: PdfAttachmentId = serde_json::from_value(id.clone()).unwrap();
    for (receipt, bucket, key) in [
        (json!(home.receipt), "new", "b"),
        (Value::Null, "newer", "c"),
    ] {
        let again = call(conn, "save_pdf_attachment", arguments(receipt, bucket, key)).unwrap();
        assert_eq!(again, id);
        let saved = PdfAttachment::find(conn, EVERYONE, typed).unwrap();
        assert_eq!(saved.bucket_name.as_deref(), Some(bucket));
        assert_eq!(saved.object_key, key);
        assert_eq!(
            saved.gmail_receipt_id,
            Some(home.receipt),
            "once known, it stays"
        );
    }
    let of_receipt = json!({"gmail_receipt_id": home.receipt});
    let of_receipt = call(conn, "get_pdf_attachments_for_receipt", of_receipt).unwrap();
    assert_eq!(of_receipt[0]["bucket_name"], "newer");
    let mut large = arguments(Value::Null, "new", "d");
    large["size_bytes"] = json!(2_147_483_648_i64);
    assert_eq!(refused(conn, "save_pdf_attachment", large), "size_bytes");
}

#[test]
fn a_file_of_another_user_is_neither_changed_nor_linked() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, ben) = (Household::new(conn, "ada"), Household::new(conn, "ben"));
    let id = file(&ada, "m", "a", "hash")
        .save(conn, ada.user)
        .unwrap()
        .id;
    let before = row(conn, "pdf_attachments", id);
    assert_conflict(
        file(&ben, "m", "b", "hash").save(conn, ben.user),
        "pdf_attachments_message_id_filename_key",
    );
    assert_reference(
        file(&ada, "n", "b", "hash").save(conn, ben.user),
        "pdf_attachments_gmail_receipt_id_fkey",
    );
    assert_conflict(
        file(&ada, "n", "a", "hash").save(conn, ada.user),
        "pdf_attachments_object_key_key",
    );
    assert_eq!(row(conn, "pdf_attachments", id), before);
    assert_eq!(PdfStorage::read(conn, EVERYONE).unwrap().files, 1);
    let unknown = json!({"gmail_receipt_id": 424_242, "message_id": "n", "bucket_name": "b", "object_key": "b",
                         "filename": "f", "content_hash": "h", "size_bytes": 1});
    assert_eq!(
        refused_by_database(conn, "save_pdf_attachment", unknown),
        "pdf_attachments_gmail_receipt_id_fkey"
    );
}

#[test]
fn of_equal_contents_the_users_own_first_is_found() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, ben) = (Household::new(conn, "ada"), Household::new(conn, "ben"));
    let first = save(conn, &ben, "0", "hash");
    let mine = save(conn, &ada, "1", "hash");
    save(conn, &ada, "2", "hash");
    execute(
        conn,
        &format!("UPDATE pdf_attachments SET etag = 'moved' WHERE id = {first}"),
    );
    let found = |conn: &mut PgConnection, owner: Option<UserId>| {
        let found = PdfAttachment::find_by_content_hash(conn, owner, "hash").unwrap();
        found.map(|file| file.id)
    };
    assert_eq!(found(conn, EVERYONE), Some(first));
    assert_eq!(found(conn, Some(ada.user)), Some(mine));
    let old = call(
        conn,
        "get_pdf_attachment_by_hash",
        json!({"content_hash": "hash"}),
    )
    .unwrap();
    assert_eq!(old["id"], json!(first));
    PdfAttachment::delete(conn, ben.user, first).unwrap();
    assert_eq!(found(conn, Some(ben.user)), None);
}

#[test]
fn files_of_one_moment_are_listed_by_id() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let ids = ["3", "1", "2"].map(|key| save(conn, &home, key, "hash"));
    execute(
        conn,
        "UPDATE pdf_attachments SET created_at = '2026-01-01T00:00Z'",
    );
    let files = PdfAttachment::list_for_receipt(conn, home.user, home.receipt).unwrap();
    assert_eq!(files.iter().map(|file| file.id).collect::<Vec<_>>(), ids);
    let older = format!(
        "UPDATE pdf_attachments SET created_at = '2025-01-01Z' WHERE id = {}",
        ids[1]
    );
    execute(conn, &older);
    let files = PdfAttachment::list_for_receipt(conn, home.user, home.receipt).unwrap();
    assert_eq!(files[0].id, ids[1]);
}

#[test]
fn a_file_shows_what_its_receipt_says_to_its_owner_only() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, ben) = (Household::new(conn, "ada"), Household::new(conn, "ben"));
    let id = save(conn, &ada, "1", "hash");
    execute(
        conn,
        "UPDATE gmail_receipts SET merchant_name = 'Tea', receipt_date = '2026-02-28', deleted_at = now()",
    );
    let details = PdfAttachmentDetails::find(conn, ada.user, id).unwrap();
    assert_eq!(details.merchant_name.as_deref(), Some("Tea"));
    assert_not_found(PdfAttachmentDetails::find(conn, ben.user, id));
    let old = call(
        conn,
        "get_pdf_attachment_by_id",
        json!({"attachment_id": id}),
    )
    .unwrap();
    assert_eq!(
        (&old["merchant_name"], &old["receipt_date"]),
        (&json!("Tea"), &json!("2026-02-28"))
    );
    let loose = NewPdfAttachment::new("loose", "loose", "bill.pdf", "hash", 1);
    let loose = loose.save(conn, EVERYONE).unwrap().id;
    let details = PdfAttachmentDetails::find(conn, EVERYONE, loose).unwrap();
    assert_eq!((details.merchant_name, details.receipt_date), (None, None));
    assert_not_found(PdfAttachmentDetails::find(conn, ada.user, loose));
}

#[test]
fn what_is_stored_is_added_up_by_owner() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, ben) = (Household::new(conn, "ada"), Household::new(conn, "ben"));
    for (home, key, hash) in [(&ada, "1", "x"), (&ada, "2", "x"), (&ben, "3", "x")] {
        save(conn, home, key, hash);
    }
    let storage = |files, receipts| PdfStorage {
        files,
        bytes: files * 10,
        distinct_contents: 1,
        receipts,
    };
    assert_eq!(PdfStorage::read(conn, ada.user).unwrap(), storage(2, 1));
    assert_eq!(PdfStorage::read(conn, EVERYONE).unwrap(), storage(3, 2));
    execute(conn, "DELETE FROM pdf_attachments");
    assert_eq!(
        PdfStorage::read(conn, EVERYONE).unwrap(),
        PdfStorage::default()
    );
}

#[test]
fn what_is_taken_away_is_given_a_last_time() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, ben) = (Household::new(conn, "ada"), Household::new(conn, "ben"));
    let id = save(conn, &ada, "the key", "hash");
    assert_not_found(PdfAttachment::take(conn, ben.user, id));
    let taken = PdfAttachment::take(conn, ada.user, id).unwrap();
    assert_eq!(taken.object_key, "the key");
    assert_not_found(PdfAttachment::take(conn, ada.user, id));
}

#[test]
fn a_file_saved_at_once_is_one_row() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for round in 0..30 {
        let message = format!("m{round}");
        let saved = at_once(&db, 4, |conn, thread| {
            let key = format!("{round}/{thread}");
            let bucket = format!("bucket {thread}");
            let new = NewPdfAttachment {
                bucket_name: Some(&bucket),
                ..file(&home, &message, &key, "hash")
            };
            new.save(conn, home.user).unwrap()
        });
        let stored = PdfAttachment::find(conn, home.user, saved[0].id).unwrap();
        assert!(saved.iter().all(|file| file.id == stored.id));
        assert!(saved.contains(&stored), "as one of them left it");
    }
}

#[test]
fn of_files_that_want_one_key_at_once_one_gets_it() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for round in 0..25 {
        let key = format!("key {round}");
        let saved = at_once(&db, 4, |conn, thread| {
            let message = format!("{round} {thread}");
            file(&home, &message, &key, "hash").save(conn, home.user)
        });
        let refusals = saved.iter().filter(|saved| match saved {
            Err(Error::Conflict { constraint }) => constraint == "pdf_attachments_object_key_key",
            _ => false,
        });
        assert_eq!(refusals.count(), 3);
        let owner = PdfAttachment::find_by_object_key(conn, home.user, &key).unwrap();
        assert!(saved.iter().flatten().eq(owner.iter()));
    }
}
