"""Words that lead back to a case, and only to that one."""

import pytest

from upheld.cases import tokens
from upheld.channels.models import Mailbox

BOX = Mailbox(address="service@harbour-shoes.example")


def test_a_token_survives_upper_case_and_leads_back():
    address = tokens.reply_address(1042, BOX)
    assert address == address.lower()
    assert len(address.partition("@")[0]) <= 64
    assert tokens.number_in([address.upper()]) == 1042


@pytest.mark.parametrize("spoil", [lambda a: a.replace("c1042", "c1043"), lambda a: a.replace(".", "", 1)])
def test_a_changed_token_leads_nowhere(spoil):
    assert tokens.number_in([spoil(tokens.reply_address(1042, BOX))]) is None


def test_a_local_part_that_would_grow_too_long_goes_without_a_token():
    long = Mailbox(address="a" * 50 + "@harbour-shoes.example")
    assert tokens.reply_address(1042, long) == long.address


def test_the_word_of_a_page_opens_that_page_and_no_other():
    word = tokens.page_word(1042)
    assert tokens.number_of_page(word) == 1042
    assert tokens.number_of_page(word.replace("1042", "1043")) is None
    assert tokens.number_of_page("1042-" + "a" * 32) is None
    assert tokens.number_of_page("") is None


def test_a_token_is_honoured_after_the_key_was_replaced(settings):
    address, word = tokens.reply_address(1042, BOX), tokens.page_word(1042)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret"
    assert tokens.number_in([address]) == 1042
    assert tokens.number_of_page(word) == 1042
    assert tokens.reply_address(1042, BOX) != address


def test_an_address_s_token_does_not_open_the_page():
    tag = tokens.reply_address(1042, BOX).partition("@")[0].rpartition(".")[2]
    assert tokens.number_of_page(f"1042-{tag}") is None
