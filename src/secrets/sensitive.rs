//! [`Token`] and [`Password`]: plain texts that are used but never shown.

use std::fmt;

use zeroize::Zeroizing;

/// Declares a text that shows as `***`, has no JSON and is wiped from memory when it is dropped.
macro_rules! sensitive {
    ($(#[$about:meta])* $Name:ident) => {
        $(#[$about])*
        ///
        /// `Debug` gives `***`; there is neither `Display` nor JSON, and the memory is wiped on drop.
        #[derive(Clone)]
        pub struct $Name(Zeroizing<String>);

        impl $Name {
            /// Takes a text into keeping.
            pub fn new(text: impl Into<String>) -> Self {
                Self(Zeroizing::new(text.into()))
            }

            /// The text, for the place that needs it.
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("***")
            }
        }
    };
}

sensitive! {
    /// An access or refresh token in plain text. No column takes it: [`Keyring::encrypt`](super::Keyring::encrypt) makes of it what is stored.
    Token
}

sensitive! {
    /// A password as its user typed it. No column takes it.
    Password
}
