"""What a bank transaction is before enrichment, by words anywhere in its text."""

import re

APPLE = ["APPLE.COM", "APPLE COM", "APP STORE", "APPSTORE", "ITUNES", "APPLE SERVICES", "APPLE BILL"]
AMAZON = ["AMAZON", "AMZN", "AMZ"]
AT_WORD_START = {
    word: re.compile(r"(?<![^\W_])" + re.escape(word)) for word in APPLE + AMAZON
}


def anywhere(text, kind):
    return decide(kind, lambda word: word in text)


def at_word_start(text, kind):
    return decide(kind, lambda word: AT_WORD_START[word].search(text))


def decide(kind, mentions):
    if any(mentions(word) for word in APPLE):
        return "Apple"
    if any(mentions(word) for word in AMAZON):
        return "AMZN RTN" if kind == "CREDIT" else "AMZN"
    return "None"
