"""Values that Hypothesis draws from the schema of a form: right ones for a field, and whatever JSON can hold."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

WORDS = st.characters(categories=("Lo",), min_codepoint=0x4E00, max_codepoint=0x9FA5)


def make_right(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Right values of a field's schema."""
    if "const" in schema or "enum" in schema:
        return st.just(schema["const"]) if "const" in schema else st.sampled_from(schema["enum"])
    if schema["type"] == "boolean":
        return st.booleans()
    if schema["type"] == "array":
        return _make_right_list(schema)
    if schema.get("format") == "date":
        return st.dates(date(1901, 1, 1), date(2199, 12, 31)).map(date.isoformat)
    if "examples" in schema:
        return st.sampled_from(schema["examples"])
    if "maxLength" not in schema:
        low, high = schema.get("x-minimum", 0), schema.get("x-maximum", 10**9)
        return st.integers(low, high).flatmap(lambda n: st.sampled_from([n, str(n)]))
    return st.text(WORDS, min_size=schema["minLength"], max_size=min(schema["maxLength"], schema["minLength"] + 30))


def _make_right_list(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    low, high = schema["minItems"], schema.get("maxItems", schema["minItems"] + 2)
    if "enum" in schema["items"]:
        codes = schema["items"]["enum"]
        return st.lists(st.sampled_from(codes), min_size=low, max_size=min(high, len(codes)), unique=True)
    row = st.fixed_dictionaries({name: make_right(inner) for name, inner in schema["items"]["properties"].items()})
    return st.lists(row, min_size=low, max_size=min(high, low + 2))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.just("長" * 3000),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
