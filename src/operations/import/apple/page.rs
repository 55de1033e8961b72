//! A web page as the texts between its tags.

use std::io::{self, Read};
use std::mem::take;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{IoReader, Span, Tokenizer};

/// Stands where an app of a purchase begins: at a list element, or an element whose class names a title.
pub(super) const BEGIN: char = '\u{2}';

/// Stands where apps end: at the end of a list or of its element, or of the page's content.
pub(super) const END: char = '\u{3}';

/// Elements whose text is no text of the page.
const HIDDEN: [&[u8]; 8] = [
    b"script",
    b"style",
    b"noscript",
    b"template",
    b"iframe",
    b"noembed",
    b"title",
    b"textarea",
];

/// The texts of a page in their order, entities resolved, with [`BEGIN`] and [`END`] between them. Bytes that are not
/// UTF-8 become U+FFFD, as the two marks do.
pub(super) fn pieces(page: impl Read) -> impl Iterator<Item = io::Result<String>> {
    let mut tags = Tags::default();
    let mut emitter =
        CallbackEmitter::new(move |event: CallbackEvent<'_>, _: Span<()>| tags.see(&event));
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(IoReader::new(page), emitter)
}

/// What of the tags matters to the text.
#[derive(Default)]
struct Tags {
    name: Vec<u8>,
    is_class: bool,
    names_title: bool,
    /// The hidden element that is open, and how many of its name are.
    hidden: Option<(Vec<u8>, usize)>,
}

impl Tags {
    fn see(&mut self, event: &CallbackEvent<'_>) -> Option<String> {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.name = name.to_vec();
                (self.is_class, self.names_title) = (false, false);
                None
            }
            CallbackEvent::AttributeName { name } => {
                self.is_class = name == b"class";
                None
            }
            CallbackEvent::AttributeValue { value } => {
                self.names_title |= self.is_class && names_title(value);
                None
            }
            CallbackEvent::CloseStartTag { .. } => self.start(),
            CallbackEvent::EndTag { name } => self.end(name),
            CallbackEvent::String { value } if self.hidden.is_none() => Some(cleaned(value)),
            _ => None,
        }
    }

    fn start(&mut self) -> Option<String> {
        let name = take(&mut self.name);
        match &mut self.hidden {
            Some((hidden, depth)) if *hidden == name => *depth += 1,
            None if HIDDEN.contains(&name.as_slice()) => self.hidden = Some((name, 1)),
            None if name == b"li" || self.names_title => return Some(BEGIN.to_string()),
            None if name == b"footer" => return Some(END.to_string()),
            _ => {}
        }
        None
    }

    fn end(&mut self, name: &[u8]) -> Option<String> {
        if let Some((hidden, depth)) = &mut self.hidden {
            if hidden.as_slice() == name {
                *depth -= 1;
                if *depth == 0 {
                    self.hidden = None;
                }
            }
            return None;
        }
        let ends: [&[u8]; 4] = [b"li", b"ul", b"ol", b"main"];
        ends.contains(&name).then(|| END.to_string())
    }
}

/// Whether a class is called title, or something that ends so, such as `pli-title`.
fn names_title(classes: &[u8]) -> bool {
    classes
        .split(u8::is_ascii_whitespace)
        .any(|class| class.to_ascii_lowercase().ends_with(b"title"))
}

fn cleaned(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    text.chars()
        .map(|character| match character {
            '\0' | BEGIN | END => char::REPLACEMENT_CHARACTER,
            character => character,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(page: &[u8]) -> String {
        let pieces: Vec<String> = pieces(page).map(|piece| piece.expect("readable")).collect();
        pieces.join("|").replace(BEGIN, "(").replace(END, ")")
    }

    #[test]
    fn tags_scripts_and_comments_are_dropped_and_entities_resolved() {
        for (page, found) in [
            ("<p>a</p>b", "a|b"),
            ("a&amp;b &pound;2.99&nbsp;&#x27;c", "a&b £2.99\u{a0}'c"),
            ("<script>if (a < b) '<p>x</p>'</script>y", "y"),
            ("<style>p > a { }</style>y<!-- z <p> -->", "y"),
            (
                "<title>x</title><template><p>a</p><template>b</template>c</template>y",
                "y",
            ),
            ("<div title='a > b' class=x>y</div>", "y"),
            ("<ul><li class='a pli'>x</li></ul>", "(|x|)|)"),
            (
                "<div class=\"big PLI-title\">x</div><div class=titled>y</div>",
                "(|x|y",
            ),
            ("a<br/>b</i>c", "a|b|c"),
            ("<p>never closed", "never closed"),
        ] {
            assert_eq!(text(page.as_bytes()), found, "{page}");
        }
    }

    #[test]
    fn what_is_no_text_is_marked() {
        assert_eq!(text(b"R\xeave \x02\x03"), "R\u{fffd}ve \u{fffd}\u{fffd}");
        assert_eq!(text("\u{feff}Rêve".as_bytes()), "\u{feff}Rêve");
    }
}
