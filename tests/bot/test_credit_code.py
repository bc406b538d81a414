"""GB 32100-2015: the check character finds every single typing error."""

import pytest

from bot.components.credit_code import ALPHABET, check_character, is_credit_code

BODY = "91350100M000100Y4"  # the worked example of the standard's annex ends in 3


def test_the_standards_example_checks() -> None:
    assert check_character(BODY) == "3"
    assert is_credit_code(BODY + "3")


def test_lower_case_is_the_same_code() -> None:
    assert is_credit_code((BODY + "3").lower())


@pytest.mark.parametrize("place", range(17))
def test_one_wrong_character_is_noticed(place: int) -> None:
    code = BODY + "3"
    for other in ALPHABET:
        if other != code[place]:
            assert not is_credit_code(code[:place] + other + code[place + 1 :])


@pytest.mark.parametrize("text", ["", BODY, BODY + "33", "I" + BODY, BODY[:16] + "O3"])
def test_other_lengths_and_letters_are_no_code(text: str) -> None:
    assert not is_credit_code(text)
