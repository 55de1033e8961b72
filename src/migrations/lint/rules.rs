//! The rules, and what each has to say.

/// What a statement must not do to a table in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// How a comment names it.
    pub name: &'static str,
    /// What the statement does: the lock that it takes, and what it reads or writes under it.
    pub does: &'static str,
    /// The safe way.
    pub instead: &'static str,
    /// Whether it is only worth knowing.
    pub is_note: bool,
}

const fn rule(name: &'static str, does: &'static str, instead: &'static str) -> Rule {
    Rule {
        name,
        does,
        instead,
        is_note: false,
    }
}

macro_rules! rules {
    ($($constant:ident = $rule:expr;)*) => {
        $(pub(super) const $constant: Rule = $rule;)*

        /// Every rule that a comment can allow.
        pub const RULES: &[Rule] = &[$($constant),*];
    };
}

rules! {
    INDEX = rule(
        "index-not-concurrently",
        "locks the table in SHARE mode: nobody writes to it while the whole of it is read",
        "CREATE INDEX CONCURRENTLY, alone in a migration with `run_in_transaction = false` in its metadata.toml",
    );
    DROP_INDEX = rule(
        "drop-index-not-concurrently",
        "locks the table in ACCESS EXCLUSIVE mode until the migration ends: nobody reads it",
        "DROP INDEX CONCURRENTLY, alone in a migration with `run_in_transaction = false` in its metadata.toml",
    );
    REINDEX = rule(
        "reindex-not-concurrently",
        "locks the index in ACCESS EXCLUSIVE mode and the table in SHARE mode while the whole of it is read",
        "REINDEX … CONCURRENTLY, by hand or alone in a migration with `run_in_transaction = false` in its metadata.toml",
    );
    REFRESH = rule(
        "refresh-not-concurrently",
        "locks the view in ACCESS EXCLUSIVE mode while its query runs: nobody reads it",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index",
    );
    NOT_IN_TRANSACTION = rule(
        "not-in-transaction",
        "fails: it cannot run within a transaction",
        "`run_in_transaction = false` in the migration's metadata.toml",
    );
    NOT_ALONE = rule(
        "not-alone",
        "fails: a migration is sent as one script, and several statements are one transaction even where nobody began one",
        "a migration of its own for this statement",
    );
    IF_NOT_EXISTS = rule(
        "concurrently-if-not-exists",
        "takes an index for done that an earlier attempt left half built: it is not used, and slows every write",
        "no IF NOT EXISTS; after a failed attempt DROP INDEX CONCURRENTLY by hand, then run the migration again",
    );
    COLUMN_TYPE = rule(
        "column-type",
        "locks the table in ACCESS EXCLUSIVE mode while every row and every index of it is written anew",
        "a new column, filled in batches, in the place of the old one over three releases",
    );
    SET_NOT_NULL = rule(
        "set-not-null",
        "locks the table in ACCESS EXCLUSIVE mode while the whole of it is read",
        "ADD CONSTRAINT … CHECK (column IS NOT NULL) NOT VALID; in the next migration VALIDATE CONSTRAINT, then SET NOT NULL, which trusts it, and DROP CONSTRAINT",
    );
    VOLATILE_DEFAULT = rule(
        "add-column-volatile-default",
        "locks the table in ACCESS EXCLUSIVE mode while every row is written anew, each with a value of its own",
        "ADD COLUMN without a default, then SET DEFAULT; the rows that are there are filled in batches",
    );
    GENERATED = rule(
        "add-column-generated",
        "locks the table in ACCESS EXCLUSIVE mode while every row is written anew",
        "an index on the expression, or a column that the program writes",
    );
    IDENTITY = rule(
        "add-column-identity",
        "locks the table in ACCESS EXCLUSIVE mode while every row is written anew with its number",
        "ADD COLUMN without a default, filled in batches, then NOT NULL by a validated check and ADD GENERATED … AS IDENTITY",
    );
    COLUMN_NOT_NULL = rule(
        "add-column-not-null",
        "fails where the table has rows, and so does the old program's insert, which knows no such column",
        "a constant default with it, or first the column without NOT NULL",
    );
    COLUMN_CONSTRAINT = rule(
        "add-column-constraint",
        "locks the table in ACCESS EXCLUSIVE mode while the whole of it is read for the column's own constraint",
        "ADD COLUMN without it, then the constraint as for a column that is there: NOT VALID and VALIDATE, or an index built concurrently",
    );
    NOT_VALIDATED = rule(
        "constraint-not-valid",
        "locks the table while the whole of it is read: a check in ACCESS EXCLUSIVE mode, a foreign key both tables in SHARE ROW EXCLUSIVE mode",
        "ADD CONSTRAINT … NOT VALID, and VALIDATE CONSTRAINT in the next migration",
    );
    VALIDATED_AT_ONCE = rule(
        "validate-at-once",
        "reads the whole table while the migration still holds the lock that adding the constraint took",
        "VALIDATE CONSTRAINT in the next migration, where it lets reads and writes through",
    );
    CONSTRAINT_INDEX = rule(
        "constraint-builds-index",
        "locks the table in ACCESS EXCLUSIVE mode while the index of the constraint is built",
        "CREATE UNIQUE INDEX CONCURRENTLY in a migration of its own, then ADD CONSTRAINT … UNIQUE USING INDEX",
    );
    EXCLUDE = rule(
        "constraint-exclude",
        "locks the table in ACCESS EXCLUSIVE mode while the index of the constraint is built; there is no other way to add it",
        "a new table that has the constraint, or a pause announced to the users",
    );
    DROP_COLUMN = rule(
        "drop-column",
        "breaks the program of the last release, which still runs and asks for the column; its values are gone",
        "in this release a program that does not ask for it, the column dropped in the next",
    );
    DROP_TABLE = rule(
        "drop-table",
        "breaks the program of the last release, which still runs and asks for it; its rows are gone",
        "in this release a program that does not ask for it, the drop in the next",
    );
    DROP_CASCADE = rule(
        "drop-cascade",
        "drops whatever hangs on it, which may be more here than on the server of development",
        "each drop named, without CASCADE",
    );
    RENAME = rule(
        "rename",
        "breaks the program of the last release, which still runs and knows the old name",
        "for a column a new one, written beside the old one and filled in batches; for a table a view under the old name, in the same migration",
    );
    REWRITE_TABLE = rule(
        "rewrite-table",
        "locks the table in ACCESS EXCLUSIVE mode while every row of it is written anew",
        "no such statement in a migration; by hand in a pause, or pg_repack",
    );
    ATTACH_PARTITION = rule(
        "attach-partition",
        "reads the whole of the table that is attached, under ACCESS EXCLUSIVE mode, unless a validated check says what the bounds say",
        "such a check added and validated before",
    );
    DETACH_PARTITION = rule(
        "detach-partition",
        "locks the partitioned table in ACCESS EXCLUSIVE mode, with all its partitions",
        "DETACH PARTITION … CONCURRENTLY, alone in a migration with `run_in_transaction = false` in its metadata.toml",
    );
    LOCK_TABLE = rule(
        "lock-table",
        "keeps others from the table until the migration ends",
        "a statement that needs no lock of its own; where it cannot be avoided, the weakest mode and a short migration",
    );
    ROWS_WRITTEN = rule(
        "rows-written",
        "keeps the rows that it changes locked until the migration ends, and leaves as many dead ones behind",
        "the rows in batches, each in a transaction of its own: a job, or a loop beside the migration",
    );
    TRUNCATE = rule(
        "truncate",
        "locks the table in ACCESS EXCLUSIVE mode; its rows are gone",
        "DELETE in batches, beside the migration",
    );
    CREATE_TRIGGER = Rule {
        is_note: true,
        ..rule(
            "create-trigger",
            "locks the table in SHARE ROW EXCLUSIVE mode: nobody writes until the migration ends, which is short if it does nothing else",
            "a migration of its own",
        )
    };
    ENUM_VALUE = rule(
        "enum-value",
        "adds a value that nothing can use before the migration ends, and that cannot be taken back",
        "a migration of its own; better a text column with a check",
    );
    TIMEOUT = rule(
        "timeout",
        "changes the time limits that the migrator sets: a statement that waits for a lock holds up all that come after it",
        "no such statement: `migrations::Options` has the limits",
    );
    TRANSACTION = rule(
        "transaction-control",
        "ends or begins a transaction that is the migrator's",
        "several migrations, or `run_in_transaction = false`",
    );
    UNKNOWN = rule(
        "unknown-statement",
        "is not known to this check, or hides what it does (DO, CALL, a function in SELECT)",
        "plain statements; where that cannot be, a comment that says what it locks and reads",
    );
}

const fn waiver(does: &'static str) -> Rule {
    rule(
        "useless-waiver",
        does,
        "`-- lint: allow(rule): reason` on a line of its own, directly above the statement that breaks the rule",
    )
}

/// These cannot be allowed.
pub(super) const WAIVER_UNREADABLE: Rule =
    waiver("allows nothing: it has no reason, is written otherwise, or stands above no statement");
pub(super) const WAIVER_UNKNOWN: Rule = waiver("allows nothing: there is no such rule");
pub(super) const WAIVER_IDLE: Rule =
    waiver("allows nothing: the statement below does not break this rule");
