"""The index of tantivy: its fields, and an entry as its row."""

from __future__ import annotations

import tantivy

from cong.search.engines.engine import Document
from cong.search.meaning.rows import CODES, NUMBERS, TOKENS, Row, parts


def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in NUMBERS:
        builder.add_integer_field(name, stored=name == "id", indexed=True, fast=True)
    for name, option in TOKENS.items():
        builder.add_text_field(name, tokenizer_name="whitespace", index_option=option)
    for name in CODES:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("seq", stored=True)
    builder.add_text_field("change", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("version", stored=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


def row(document: Document) -> tantivy.Document:
    return made(parts(document))


def made(row: Row) -> tantivy.Document:
    tokens, codes, numbers = row
    document = tantivy.Document()
    for name, text in tokens.items():
        document.add_text(name, text)
    for name, values in codes.items():
        for value in values:
            document.add_text(name, value)
    for name, number in numbers.items():
        document.add_integer(name, number)
    return document
