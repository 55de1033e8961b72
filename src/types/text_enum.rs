//! The macro behind the closed sets of words in [`words`](super::words).

/// Declares an enum that is stored, printed, parsed and serialised as its words.
macro_rules! text_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub enum $name {
            $($(#[$variant_meta])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// All words of the set, in the order of the table's CHECK.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The words for a person: what an argument of this kind may be.
            pub const TAKES: &str = $crate::types::text_enum::one_of!($($text),+);

            /// The word as the database holds it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Error;

            fn from_str(text: &str) -> $crate::Result<Self> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err($crate::Error::invalid(
                        stringify!($name),
                        concat!("takes one of", $(" '", $text, "'"),+),
                    )),
                }
            }
        }

        impl diesel::serialize::ToSql<diesel::sql_types::Text, diesel::pg::Pg> for $name {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>,
            ) -> diesel::serialize::Result {
                std::io::Write::write_all(out, self.as_str().as_bytes())?;
                Ok(diesel::serialize::IsNull::No)
            }
        }

        impl diesel::deserialize::FromSql<diesel::sql_types::Text, diesel::pg::Pg> for $name {
            fn from_sql(value: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
                match value.as_bytes() {
                    $(bytes if bytes == $text.as_bytes() => Ok(Self::$variant),)+
                    bytes => Err(format!(
                        "{:?} is not a {}", String::from_utf8_lossy(bytes), stringify!($name)
                    ).into()),
                }
            }
        }
    };
}

/// `one of 'a', 'b'`.
macro_rules! one_of {
    ($first:literal $(, $text:literal)*) => {
        concat!("one of '", $first, "'" $(, ", '", $text, "'")*)
    };
}

pub(super) use {one_of, text_enum};
