//! The data to start with.

use spending_db::operations::rules::apply;
use spending_db::operations::seed::seed;

use super::home::Home;
use crate::support::threads::at_once;

#[test]
fn seeding_twice_or_at_once_changes_nothing_more() {
    let home = Home::new();
    let conn = &mut home.conn();
    home.execute("INSERT INTO normalized_categories (name, color) VALUES ('Dining', 'red')");
    let seeded = at_once(&home.test, 3, |conn, _| seed(conn).unwrap());
    let sum = |count: fn(&spending_db::operations::seed::Seeded) -> usize| -> usize {
        seeded.iter().map(count).sum()
    };
    assert_eq!(sum(|seeded| seeded.categories), 24, "one was there");
    assert_eq!(sum(|seeded| seeded.rules), 10);
    assert_eq!(sum(|seeded| seeded.merchants), 22);
    assert_eq!(seed(conn).unwrap().rules, 0);
    assert_eq!(
        home.ask("SELECT color AS answer FROM normalized_categories WHERE name = 'Dining'"),
        "red"
    );
    let salary = home.book("ACME SALARY", spending_db::types::TransactionType::Credit);
    apply(conn, home.user).unwrap();
    let row = home.row(salary);
    assert_eq!(row.transaction_category.as_deref(), Some("Income"));
    assert!(row.category_id.is_some());
}
