//! [`Function`]: one old name, its parameters and what answers it.

use diesel::PgConnection;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::answer::Answer;
use super::arguments::Arguments;
use super::failure::Failure;

/// An old function: a name, its parameters and the adapter that answers it.
#[derive(Debug)]
pub struct Function {
    /// The old name.
    pub name: &'static str,
    /// The parameters, in the old order.
    pub parameters: &'static [Parameter],
    /// Whether it takes and ignores any further argument.
    pub rest: bool,
    /// What the old answer was.
    pub shape: Shape,
    pub(super) adapter: fn(&mut PgConnection, Arguments) -> Result<Answer, Failure>,
}

/// What an old answer was, as far as JSON has no word for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// What JSON says: a list, an object, a text, a number, true, false or null.
    Value,
    /// A tuple, in JSON a list.
    Tuple,
    /// A set, in JSON a list without an order.
    Set,
    /// A mapping whose keys are whole numbers, in JSON an object whose keys are their digits.
    IntKeys,
}

impl Shape {
    /// The word for it in `rpc.methods`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Tuple => "tuple",
            Self::Set => "set",
            Self::IntKeys => "int_keys",
        }
    }
}

/// A parameter of an old function.
#[derive(Debug)]
pub struct Parameter {
    /// The old name.
    pub name: &'static str,
    /// What it takes, in words.
    pub takes: &'static str,
    /// Whether it takes null too.
    pub nullable: bool,
    /// Its default as JSON; without one it is required.
    pub default: Option<&'static str>,
}

impl Function {
    /// Calls the function with JSON arguments: an object by name, or an array by place.
    pub fn call(
        &self,
        conn: &mut PgConnection,
        params: Option<&RawValue>,
    ) -> Result<Answer, Failure> {
        let arguments = Arguments::read(params, self.parameters)?;
        (self.adapter)(conn, arguments)
    }

    /// The function as `rpc.methods` lists it.
    pub fn describe(&self) -> Value {
        let parameters: Vec<Value> = self.parameters.iter().map(Parameter::describe).collect();
        json!({"name": self.name, "params": parameters, "rest": self.rest, "returns": self.shape.word()})
    }
}

impl Parameter {
    fn describe(&self) -> Value {
        let mut description = json!({
            "name": self.name,
            "takes": self.takes,
            "nullable": self.nullable,
            "required": self.default.is_none(),
        });
        // What is told from null when it is left out has no default that JSON could tell.
        if let Some(Ok(default)) = self.default.map(serde_json::from_str::<Value>) {
            description["default"] = default;
        }
        description
    }
}

/// Declares old functions: names, parameters with types and defaults, and the expression that answers.
///
/// ```ignore
/// functions! {
///     /// What the list holds.
///     FUNCTIONS:
///     add_account_mapping(sort_code: String, account_number: String) => |conn| expression,
///     log_enrichment_failure(transaction_id: i32, retry_count: i32 = 0; ..) => |conn| expression,
///     clear_amazon_orders() -> tuple => |conn| expression,
/// }
/// ```
///
/// A default is written as JSON; `absent` is that of [`Given`](super::given::Given). `..` accepts and ignores any further argument.
/// `-> tuple`, `-> set` and `-> int_keys` say what the old answer was where JSON cannot; see [`Shape`].
macro_rules! functions {
    ($(#[$meta:meta])* $list:ident: $(
        $name:ident ( $($parameter:ident : $type:ty $(= $default:tt)?),* $(; $rest:tt)? ) $(-> $shape:ident)? => |$conn:ident| $answer:expr,
    )+) => {
        $(#[$meta])*
        pub(in crate::compat) const $list: &[$crate::compat::Function] = &[$(
            $crate::compat::Function {
                name: stringify!($name),
                parameters: &[$(functions!(@parameter $parameter: $type $(= $default)?)),*],
                rest: functions!(@rest $($rest)?),
                shape: functions!(@shape $($shape)?),
                adapter: |$conn, arguments| {
                    functions!(@take arguments, [$($parameter: $type $(= $default)?),*] $(; $rest)?);
                    Ok($crate::compat::Answer::from($answer))
                },
            },
        )+];
    };
    (@parameter $parameter:ident : $type:ty $(= $default:tt)?) => {
        $crate::compat::Parameter {
            name: stringify!($parameter),
            takes: <$type as $crate::compat::arguments::Argument>::TAKES,
            nullable: <$type as $crate::compat::arguments::Argument>::NULLABLE,
            default: functions!(@default $($default)?),
        }
    };
    (@rest) => { false };
    (@rest ..) => { true };
    (@shape) => { $crate::compat::Shape::Value };
    (@shape tuple) => { $crate::compat::Shape::Tuple };
    (@shape set) => { $crate::compat::Shape::Set };
    (@shape int_keys) => { $crate::compat::Shape::IntKeys };
    (@default) => { None };
    (@default $default:tt) => { Some(stringify!($default)) };
    (@take $arguments:ident, [$($parameter:ident : $type:ty $(= $default:tt)?),*] $(; $rest:tt)?) => {
        #[allow(unused_mut, reason = "a function without parameters takes nothing")]
        let mut arguments = $arguments;
        $(
            let $parameter: $type = arguments.take(&functions!(@parameter $parameter: $type $(= $default)?))?;
        )*
        functions!(@finish arguments $(; $rest)?);
    };
    (@finish $arguments:ident) => { $arguments.finish()?; };
    (@finish $arguments:ident; ..) => { drop($arguments); };
}

pub(super) use functions;
