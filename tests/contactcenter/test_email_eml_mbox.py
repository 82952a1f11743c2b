"""Mails and mailboxes: genuine files, threads, quoted text, and charsets that lie."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contactcenter.quoted import own_words
from insights.intake.source import Unreadable, recognise

ASKED = (
    b"From: Ana Vega <ana@example.com>\r\nTo: Help <help@ours.example>\r\nSubject: My bill\r\nMessage-ID: <1@a>\r\n"
    b"Date: Fri, 2 Jan 2026 03:04:05 +0000\r\n\r\nMy bill is wrong.\r\n> So so.\r\n-- \r\nAna Vega\r\n"
)
ANSWERED = (
    b"From: Bo Lind <bo@ours.example>\nTo: Ana Vega <ana@example.com>\nSubject: Re: My bill\nMessage-ID: <2@b>\n"
    b"In-Reply-To: <1@a>\nDate: Fri, 2 Jan 2026 04:04:05 +0000\n\nWe mended it.\n\n"
    b"On Fri, 2 Jan 2026 at 03:04, Ana Vega\n<ana@example.com> wrote:\n> My bill is wrong.\n"
)
THANKED = (
    b"From: Ana Vega <ana@example.com>\nTo: help@ours.example\nSubject: Re: My bill\nMessage-ID: <3@a>\n"
    b"In-Reply-To: <2@b>\nDate: Fri, 2 Jan 2026 05:04:05 +0000\n\nThanks!\n\nSent from my iPhone\n"
)
JAPANESE = "あいうえお\n\nこのメールはテスト用のメールです。\n\n今後ともよろしくお願い申し上げます！"
LINE = b"From ana@example.com Fri Jan  2 03:04:05 2026\n"
MAILBOX = b"\n".join(LINE + one.replace(b"\r\n", b"\n") for one in (ASKED, ANSWERED, THANKED))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("email_acct_prob_bob_image.eml", ["Alice:Please find the image attached.\n\nRegards,Bob"]),
        ("email_acct_prob_alice_reply.eml", ["Hi Bob:Got it. Thanks."]),
        (
            "email_prob_followup_alice.eml",
            ["Hi Bob:\nI just wanted to follow up to see that your account is ok now.\n\nRegards,\nAlice"],
        ),
        ("four_messages.mbox", [f"The mail content of mail {number}..{'.' * number}" for number in (1, 2, 3, 4)]),
        (
            "japanese_shift_jis.eml",
            [JAPANESE],
        ),
        ("raw_email7.eml", ["This is the first part."]),
        ("raw_email10.eml", ["Test test. Hi. Waving. m"]),  # the carrier's footer is nobody's word
        ("reply_gmail.eml", ["Hello"]),
        ("reply_yahoo.eml", ["Hello"]),
    ],
)
def test_a_genuine_file_becomes_what_its_writers_wrote(name, words, read, sample):
    content = sample(f"email_eml_mbox/{name}")
    assert recognise(content[:65_536], name)[0][1].key == "email_eml_mbox"
    result = read("email_eml_mbox", content)
    assert [turn.text for one in result.accepted for turn in one.turns] == words
    assert (len(result.accepted), result.bad) == (len(words), [])


def test_a_mail_without_a_date_is_set_aside_until_it_is_told(read, sample):
    content = sample("email_eml_mbox/reply_outlook.eml")
    assert read("email_eml_mbox", content).bad == ["The mail does not say when it was sent. Say it (option sent_at)."]
    [contact] = read("email_eml_mbox", content, sent_at="2012-03-09T16:30:00-05:00").accepted
    assert [turn.text for turn in contact.turns] == ["Hello"]


def test_genuine_mails_of_one_thread_become_parts_of_one_contact(read, sample):
    names = ("bob_image", "alice_reply")
    mails = [sample(f"email_eml_mbox/email_acct_prob_{name}.eml") for name in names]
    mails.append(sample("email_eml_mbox/email_prob_followup_alice.eml"))
    mailbox = b"\n".join(LINE + mail for mail in mails)
    result = read("email_eml_mbox", mailbox)
    assert len({one.source_id for one in result.accepted}) == 1
    assert len({one.part for one in result.accepted}) == 3  # two of them claim the same Message-ID
    assert [one.turns[0].speaker for one in result.accepted] == ["CUSTOMER", "AGENT", "AGENT"]
    assert result.accepted[1].contact.first_response_seconds == 34
    assert "1 attachments were ignored." in result.reading.notices


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_a_thread_is_found_in_any_order(order, read):
    mails = [one.replace(b"\r\n", b"\n") for one in (ASKED, ANSWERED, THANKED)]
    result = read("email_eml_mbox", b"\n".join(LINE + mails[place] for place in order), ours="ours.example")
    by_part = {bool(one.part): one for one in result.accepted}
    assert {one.source_id for one in result.accepted} == {"1@a"}
    assert (by_part[False].turns[0].text, by_part[False].contact.direction) == ("My bill is wrong.", "INBOUND")
    answer = next(one for one in result.accepted if one.agent)
    assert (answer.agent, answer.turns[0].text, answer.turns[0].offset_seconds) == ("bo", "We mended it.", 3600)
    assert answer.contact.first_response_seconds == 3600
    assert {one.customer.email for one in result.accepted} == {"ana@example.com"}


def test_a_reply_without_references_finds_its_thread_by_subject_and_people(read):
    bare = (
        THANKED.replace(b"In-Reply-To: <2@b>\n", b"")
        .replace(b"To: help", b"To: Help <help")
        .replace(b"ours.example\nS", b"ours.example>\nS")
    )
    mailbox = LINE + ASKED.replace(b"\r\n", b"\n") + b"\n" + LINE + bare
    assert {one.source_id for one in read("email_eml_mbox", mailbox).accepted} == {"1@a"}


def test_a_line_from_in_a_text_separates_no_mails(read):
    mail = LINE + ASKED.replace(b"\r\n", b"\n").replace(b"-- \n", b"\nFrom here on it was wrong.\n\n")
    [contact] = read("email_eml_mbox", mail).accepted
    assert "From here on it was wrong." in contact.turns[0].text
    assert len(read("email_eml_mbox", ASKED).accepted) == 1


def test_text_before_the_first_mail_is_set_aside(read):
    result = read("email_eml_mbox", b"This is my mailbox\n\n" + MAILBOX, filename="a.mbox")
    assert (len(result.accepted), len(result.bad)) == (3, 1)


@pytest.mark.parametrize("mark", [b"Auto-Submitted: auto-replied\n", b"Precedence: bulk\n", b"X-Autoreply: yes\n"])
def test_what_machines_send_is_no_contact(mark, read):
    assert read("email_eml_mbox", mark + ASKED.replace(b"\r\n", b"\n")).excluded == [
        "Automatic mail: a reply of a machine, a bounce, or bulk"
    ]


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Danke!\n\nAm 02.01.2026 um 03:04 schrieb Bo Lind <bo@ours.example>:\n> Hallo", "Danke!"),
        ("Merci\n\nLe ven. 2 janv. 2026 à 03:04, Bo <bo@ours.example> a écrit :\n> Bonjour", "Merci"),
        ("> Is it well?\nYes it is.\n> And now?\nNow too.", "Yes it is.\nNow too."),
        ("On Monday Bo wrote:\n> Is it well?\n\nIt is, below the quote.", "It is, below the quote."),
        ("Hallo\n\n-----Ursprüngliche Nachricht-----\nVon: Bo\nGesendet: Montag\nAn: Ana\nBetreff: x\n\ny", "Hallo"),
        ("Hi\n\n________________________________\nFrom: Bo <b@o>\nSent: Monday\nTo: Ana\nSubject: x\n\ny", "Hi"),
        ("From: what I know, it is late.", "From: what I know, it is late."),
        ("The shop wrote: sorry.\nI am not amused.", "The shop wrote: sorry.\nI am not amused."),
        ("Hi\n-- \nAna\n+49 155 501", "Hi"),
    ],
)
def test_only_the_writers_own_words_are_kept(text, own):
    assert own_words(text) == own


def test_headers_in_any_charset_are_read(read):
    mail = ASKED.replace(b"Ana Vega <", "Jörg Müller <".encode()).replace(b"My bill", b"=?koi8-r?B?8NLJ18XU?=")
    [contact] = read("email_eml_mbox", mail).accepted
    assert (contact.title, contact.customer.names) == ("Привет", ("Jörg Müller", "Help"))


@pytest.mark.parametrize("content", [b"", b"hello", b"a,b\n1,2\n", b'{"a": 1}', b"Note: x\n\nbody"])
def test_another_file_is_refused_with_advice(content, read):
    with pytest.raises(Unreadable) as refused:
        read("email_eml_mbox", content)
    assert len(str(refused.value)) > 15


@pytest.mark.slow
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cuts=st.lists(st.tuples(st.integers(0, 1200), st.binary(max_size=8), st.integers(0, 30)), max_size=8))
def test_mangled_bytes_give_an_answer_in_words_and_nothing_else(cuts, read):
    content = MAILBOX
    for place, new, length in cuts:
        content = content[:place] + new + content[place + length :]
    with suppress(Unreadable):
        result = read("email_eml_mbox", content)
        assert result.read == len(result.bad) + len(result.excluded) + len(result.firsts)
