"""Why an answer is what it is: the terms add up to the support, and the fold-out says them in words."""

import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.records import Answer, Hit, Passage, Sentence, Signals
from rag.support import (
    ANSWER_FROM,
    ANSWERED,
    DECLINED,
    NEAREST,
    contributions_of,
    features_of,
    is_settled,
    outcome_of,
    support_of,
)
from rag.ui.explain import explain_html
from rag.ui.render import turn_html
from rag.ui.texts import TABLE
from rag.ui.turns import FAILED, Turn, turn_of, turns_from_json, turns_to_json
from rag.wire import explanation_to_json

EVIL = '<script>alert("1")</script>'
PASSAGES = {f"2099Z1/{number}": Passage(f"2099Z1/{number}", "2099Z1", str(number)) for number in range(1, 8)}
HITS = tuple(Hit(passage, 4.126 - place) for place, passage in enumerate(PASSAGES.values()))
GOOD = Signals(dense_z=4.0, coverage=1.0, absent=0.1, passages=5000, sentence=0.6, off_topic=-0.5)
POOR = Signals(dense_z=2.0, coverage=0.9, absent=0.3, passages=5000, sentence=0.2, numbers_missing=0, foreign=0.002)
SAID = (Sentence("Twaalf miljoen.", ("2099Z1/1",)),)


def answer(outcome: str, signals: Signals, **others: Any) -> Answer:  # noqa: ANN401
    reason = None if outcome == ANSWERED else "Reden."
    support = round(support_of(signals), 4)
    return Answer(
        "Wat kost dat?", outcome, "", reason, hits=HITS, found=HITS, signals=signals, support=support, **others
    )


GIVEN = answer(ANSWERED, GOOD, sentences=SAID, understood="Wat kost de brug?", filters={"party": "GL"})
REFUSED = answer(NEAREST, POOR)


@pytest.mark.parametrize(
    "signals", [GOOD, POOR, Signals(), replace(GOOD, late=0.5), replace(POOR, english=True, numbers_missing=3)]
)
def test_the_terms_add_up_to_the_support(signals: Signals) -> None:
    start, *terms = contributions_of(signals).items()
    assert start[0] == "start"
    assert {name for name, _ in terms} == set(features_of(signals))
    sizes = [abs(value) for _, value in terms]
    assert sizes == sorted(sizes, reverse=True)
    assert "-0.0" not in {str(value) for _, value in terms}
    total = sum(contributions_of(signals).values())
    assert 1 / (1 + math.exp(-total)) == pytest.approx(support_of(signals))


def test_tokens_weigh_where_there_are_any() -> None:
    assert "late" not in features_of(GOOD)
    seen = [support_of(replace(GOOD, late=late)) for late in (0.2, 0.4, 0.6)]
    assert seen == sorted(seen)
    assert seen[0] < support_of(GOOD) < seen[-1]  # an encoder without tokens refuses no more than one with them


def test_few_words_weigh_against_an_answer_where_tokens_are_compared() -> None:
    seen = [support_of(replace(GOOD, late=0.4, length=length)) for length in (3, 6, 9, 12, 30, 0)]
    assert seen[0] < seen[1] < seen[2] < seen[3] == seen[4] == seen[5]


def test_what_lies_off_topic_is_refused_unless_an_answer_is_sure() -> None:
    asked = [replace(GOOD, off_topic=0.9, late=late) for late in (0.6, 0.4, 0.25)]
    assert [outcome_of("nachttrein", signals) for signals in asked] == [ANSWERED, NEAREST, DECLINED]
    assert support_of(asked[1]) > ANSWER_FROM > support_of(asked[2])


@given(st.floats(-4, 8), st.floats(0, 1), st.floats(0, 0.7), st.floats(0, 0.2))
def test_what_is_declined_without_foreign_is_declined_with_it(
    dense_z: float, absent: float, late: float, foreign: float
) -> None:
    seen = replace(GOOD, dense_z=dense_z, absent=absent, late=late)
    settled = is_settled(seen) and support_of(seen) < ANSWER_FROM
    assert not settled or outcome_of("Wat kost dat?", replace(seen, foreign=foreign)) == DECLINED
    assert support_of(replace(seen, foreign=foreign)) <= support_of(seen)


def test_every_term_has_words() -> None:
    assert [name for name in contributions_of(replace(GOOD, late=0.5)) if f"explain_{name}" not in TABLE] == []


def test_the_examples_are_decided_as_they_say() -> None:
    assert [outcome_of("Wat kost dat?", signals) for signals in (GOOD, POOR)] == [ANSWERED, NEAREST]


def test_json_says_what_was_understood_and_why_it_was_refused() -> None:
    given, refused = explanation_to_json(GIVEN), explanation_to_json(REFUSED)
    assert (given["understood"], given["filters"], given["reason"]) == ("Wat kost de brug?", {"party": "GL"}, None)
    assert (refused["reason"], refused["threshold"]) == ("Reden.", ANSWER_FROM)
    assert refused["support"] < refused["threshold"] <= given["support"]
    assert list(given["contributions"])[:2] == ["start", "sentence"]
    assert {"outcome", "signals", "model", "notice", "unsupported"} <= set(json.loads(json.dumps(given)))


NL_ANSWERED = (
    "Waarom dit antwoord?",
    "beantwoorden: {percent}. Vanaf 25% ",
    "Begrepen als: Wat kost de brug?",
    "Gefilterd: Onderwerp: bruggen",
    "Gelezen in de vraag: Partij: GL",
    "waar elke vraag mee begint</th><td>−3,6",
    "hoezeer de beste zin op de vraag lijkt</th><td>+3,03<",
    "Kamervraag 2099Z1, vraag 1: score 4,13",
)
EN_ANSWERED = (
    "Why this answer?",
    "answer the question: {percent}. From 25% ",
    "Understood as: Wat kost de brug?",
    "Read in the question: Party: GL",
    "how much the best sentence resembles the question</th><td>+3.03<",
    "vraag 5: score 0.13",
)


@pytest.mark.parametrize(("language", "wanted"), [("nl", NL_ANSWERED), ("en", EN_ANSWERED)])
def test_fold_out_of_an_answer(language: str, wanted: tuple[str, ...]) -> None:
    turn = turn_of(GIVEN, {"topic": "bruggen"})
    html = turn_html(turn, 0, PASSAGES, language).split("<details")[1]
    percent = f"{math.floor(100 * GIVEN.support)}%"
    assert [words for words in wanted if words.format(percent=percent) not in html] == []
    assert html.startswith(' class="kw-explain"><summary>')
    assert "vraag 6" not in html
    assert "doorslag" not in html
    assert explain_html(turn, {}, language) == explain_html(turn, PASSAGES, language)


def test_fold_out_of_a_refusal() -> None:
    turn = turn_of(REFUSED, {})
    dutch, english = explain_html(turn, PASSAGES, "nl"), explain_html(turn, PASSAGES, "en")
    assert "<summary>Waarom geen antwoord?</summary>" in dutch
    assert "<summary>Why no answer?</summary>" in english
    assert "zonder filters" in dutch
    assert "read as it was asked" in english
    assert "die niet in de beste passages staan</th><td>−0,5" in dutch
    assert "getallen" not in dutch  # they weighed nothing
    assert "doorslag" not in dutch


def test_a_list_is_explained_by_what_it_meets_and_by_no_probability() -> None:
    turn = turn_of(replace(REFUSED, listed=True, filters={"party": "GL"}), {})
    html = explain_html(turn, PASSAGES, "nl")
    assert "<summary>Waarom deze lijst?</summary>" in html
    assert "Ze staan hierboven, op datum" in html
    assert "Gelezen in de vraag: Partij: GL" in html
    assert [words for words in ("kans", "score", "Waarom geen") if words in html] == []
    assert "<summary>Why this list?</summary>" in explain_html(turn, PASSAGES, "en")


@pytest.mark.parametrize(
    ("outcome", "signals", "words"),
    [
        (ANSWERED, POOR, "noemt zelf de Kamervraag"),
        (NEAREST, GOOD, "de reden die hierboven staat"),
        (NEAREST, replace(POOR, sentence=0.0), "de reden die hierboven staat"),
        (DECLINED, replace(GOOD, off_topic=0.9), "geen vraag die in de Kamer wordt gesteld"),
    ],
)
def test_what_decided_is_said_where_the_probability_did_not(outcome: str, signals: Signals, words: str) -> None:
    html = explain_html(turn_of(answer(outcome, signals), {}), PASSAGES, "nl")
    assert f"Die kans gaf hier niet de doorslag{'' if words.startswith('de reden') else ':'}" in html
    assert words in html


def test_a_probability_that_is_that_of_earlier_questions_is_said_to_be() -> None:
    unheard = replace(GOOD, last=0.2, kept=-0.02)
    turns = [turn_of(replace(answer(ANSWERED, unheard), unsure=unsure), {}) for unsure in (True, False)]
    assert [turn.unheard for turn in turns] == [True, False]
    said = ["wat de laatste toevoegt" in explain_html(turn, PASSAGES, "nl") for turn in turns]
    assert said == [True, False]


def test_what_is_just_below_the_threshold_looks_so() -> None:
    turn = turn_of(REFUSED, {})
    assert "beantwoorden: 24%. Vanaf 25%" in explain_html(replace(turn, support=0.2499), {}, "nl")
    assert "beantwoorden: minder dan 1%." in explain_html(replace(turn, support=0.004), {}, "nl")


def test_a_passage_that_the_question_names_has_no_score() -> None:
    named = replace(GIVEN, found=(replace(HITS[0], score=99.0), *HITS[1:]))
    assert "vraag 1: in de vraag genoemd</li>" in explain_html(turn_of(named, {}), {}, "nl")


def test_hostile_text_is_escaped() -> None:
    turn = Turn(
        EVIL,
        NEAREST,
        EVIL,
        understood=EVIL,
        restrictions={"topic": EVIL, EVIL: EVIL},
        read={"party": EVIL},
        found=(EVIL, f"{EVIL}/1"),
        support=0.2,
        contributions={EVIL: 1.0, "sentence": 1.0},
        scores={EVIL: 1.0, f"{EVIL}/1": 1.0},
    )
    html = explain_html(turn, {EVIL: Passage(EVIL, EVIL, EVIL)}, "nl")
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 6


def test_failed_unsearched_and_older_turns_have_none() -> None:
    turn = turn_of(GIVEN, {})
    kept = json.loads(json.dumps(turns_to_json([turn])))
    assert turns_from_json(kept) == (turn,)
    assert len(kept[0]["scores"]) == 5
    (older,) = turns_from_json(
        [{name: value for name, value in kept[0].items() if name not in ("support", "contributions", "scores")}]
    )
    assert (older.query, older.sentences, older.support) == (turn.query, turn.sentences, None)
    for shown in (older, replace(turn, outcome=FAILED), turn_of(answer(DECLINED, Signals()), {})):
        assert "kw-explain" not in turn_html(shown, 0, PASSAGES, "nl")


@pytest.mark.parametrize("wrong", [math.nan, math.inf, 10**400, True, "1", [1]])
def test_numbers_that_were_tampered_with_end_the_conversation(wrong: object) -> None:
    (kept,) = turns_to_json([turn_of(GIVEN, {})])
    assert turns_from_json([{**kept, "support": wrong}]) == ()
    assert turns_from_json([{**kept, "contributions": {"sentence": wrong}}]) == ()
    assert turns_from_json([{**kept, "scores": wrong}]) == ()
