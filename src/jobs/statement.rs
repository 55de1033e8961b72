//! Statements in SQL that Diesel keeps prepared; those of `sql_query` are read and planned each time.

use diesel::pg::Pg;
use diesel::query_builder::AstPass;

/// Declares a statement and the values that it takes. In its file they stand as `$1`, `$2` and so on: in this order, each
/// once, and no other `$`.
macro_rules! statement {
    ($name:ident $(<$life:lifetime>)? = $file:literal { $($field:ident: $type:ty => $sql:ty,)* } -> $row:ty) => {
        struct $name $(<$life>)? {
            $($field: $type,)*
        }

        const _: () = {
            /// Stands for the statement among those that are kept prepared.
            enum Prepared {}

            impl $(<$life>)? diesel::query_builder::QueryId for $name $(<$life>)? {
                type QueryId = Prepared;
            }
        };

        impl $(<$life>)? diesel::query_builder::Query for $name $(<$life>)? {
            type SqlType = $row;
        }

        impl $(<$life>)? diesel::query_builder::QueryFragment<diesel::pg::Pg> for $name $(<$life>)? {
            fn walk_ast<'b>(
                &'b self,
                mut out: diesel::query_builder::AstPass<'_, 'b, diesel::pg::Pg>,
            ) -> diesel::QueryResult<()> {
                #[allow(unused_mut, reason = "there may be no values")]
                let mut pieces = $crate::jobs::statement::Pieces::new(include_str!($file));
                $(
                    pieces.push_up_to_value(&mut out);
                    out.push_bind_param::<$sql, _>(&self.$field)?;
                )*
                pieces.push_rest(&mut out);
                Ok(())
            }
        }

        impl $(<$life>)? diesel::RunQueryDsl<diesel::PgConnection> for $name $(<$life>)? {}
    };
}
pub(super) use statement;

/// The text of a statement, piece by piece.
pub(super) struct Pieces(&'static str);

impl Pieces {
    pub(super) fn new(text: &'static str) -> Self {
        Self(text)
    }

    /// Pushes what stands before the next value, and leaves its place out.
    pub(super) fn push_up_to_value(&mut self, out: &mut AstPass<'_, '_, Pg>) {
        let (piece, rest) = self.0.split_once('$').unwrap_or((self.0, ""));
        out.push_sql(piece);
        self.0 = rest.trim_start_matches(|character: char| character.is_ascii_digit());
    }

    pub(super) fn push_rest(self, out: &mut AstPass<'_, '_, Pg>) {
        out.push_sql(self.0);
    }
}
