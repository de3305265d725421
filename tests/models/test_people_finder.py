"""What the people finder's columns say, and which places of gold and written text it learns from."""

from __future__ import annotations

import numpy as np

from annotation.markup import parse
from annotation.written_people import written_person_examples
from models.cases import CaseText, dossier_of
from models.examples import Example, LabelledSpan
from models.inputs import Batch
from models.people_finder import LearnedPeopleFinder, hints_of
from models.person_examples import gold_person_examples, theft_person_examples
from models.predict import Predictor, Scores
from models.theft import TheftSentence
from models.vocabulary import SPECIAL, Vocabulary
from nlp.labels import person_scheme
from nlp.reading import read

SCHEME = person_scheme()


def test_columns_become_spans_and_shares() -> None:
    layer = SCHEME.layers[0]
    columns = np.zeros((6, SCHEME.width), dtype=np.float32)
    columns[:, 0] = 5.0
    begin = layer.begin(SCHEME.label("person.victim"))
    columns[2, begin], columns[3, begin + 1] = 12.0, 12.0
    hints = hints_of(columns, SCHEME)
    assert [(h.start, h.end, h.role) for h in hints.hints] == [(2, 4, "victim")]
    assert hints.hints[0].score > 0.99
    victim, accused = hints.of(2, 4)
    assert victim > 0.99 > 0.01 > accused
    assert hints.of(0, 2)[0] < 0.05


def test_no_text_gives_no_hints() -> None:
    assert hints_of(np.zeros((0, SCHEME.width), dtype=np.float32), SCHEME).hints == ()


class Counting:
    """A network that takes every character for the first of a victim, and counts what it is shown."""

    def __init__(self) -> None:
        self.windows = 0

    def score(self, batch: Batch) -> Scores:
        self.windows += len(batch.ids)
        tags = np.zeros((*batch.ids.shape, SCHEME.width), dtype=np.float32)
        tags[..., SCHEME.layers[0].begin(SCHEME.label("person.victim"))] = 9.0
        nothing = np.zeros((*batch.ids.shape, 2), dtype=np.float32)
        return Scores(tags, nothing, nothing)


def test_windows_without_a_question_are_not_read_and_say_nothing() -> None:
    network = Counting()
    vocabulary = Vocabulary((*SPECIAL, *"天地玄黄"))
    finder = LearnedPeopleFinder(Predictor(network, vocabulary, SCHEME, window=20, overlap=4))
    reading = read(dossier_of(CaseText("c", {"a.txt": "天地玄黄" * 25})).documents[0])
    (hints,) = finder.find([reading], [[(50, 51)]])
    assert network.windows == 1
    assert hints.of(50, 51)[0] > 0.99
    assert hints.of(0, 10)[0] < 0.01
    assert hints.of(80, 100)[0] < 0.01
    (everything,) = finder.find([reading])
    assert min(everything.victim) > 0.99


def told(example: Example) -> list[tuple[str, str]]:
    return [(example.text[s.start : s.end], s.label.split(".")[1]) for s in example.spans]


def test_gold_names_are_marked_wherever_they_stand_and_not_inside_longer_ones() -> None:
    text = "被告人鄢某骗取岑某、某水泥厂等共计9万元，岑某某到庭作证，被害人岑某未获退赔。"
    record = {
        "victims": [
            {"name": "岑某", "aliases": ["其"], "type": "person"},
            {"name": "某水泥厂", "aliases": [], "type": "organization"},
        ]
    }
    (example,) = gold_person_examples({"c": record}, {"c": CaseText("c", {"a.txt": text})})
    assert told(example) == [
        ("鄢某", "accused"),
        ("岑某", "victim"),
        ("某水泥厂", "organization"),
        ("岑某", "victim"),
    ]
    example.check(SCHEME)


def test_a_bare_noun_is_left_out_of_learning() -> None:
    text = "被告人鄢某打伤岑某，被害人住院三日。"
    record = {"victims": [{"name": "岑某", "aliases": [], "type": "person"}]}
    (example,) = gold_person_examples({"c": record}, {"c": CaseText("c", {"a.txt": text})})
    assert [example.text[u.start : u.end] for u in example.unsure] == ["被害人"]


def test_written_nouns_are_victims_only_where_no_name_is() -> None:
    marked = (
        "⟦拾荒老太|P:v1⟧被⟦鄢某|P:a1⟧推倒。⟦岑玉梅|P:v2⟧的手机被抢，⟦岑玉梅|P:v2⟧说⟦我|P:v2⟧没看清，⟦岑玉梅|P:v2⟧哭了。"
    )
    (example,) = written_person_examples([parse(marked, passage_id="p1", document="询问笔录")])
    assert ("拾荒老太", "victim") in told(example)
    assert ("岑玉梅", "victim") in told(example)
    assert ("我", "victim") not in told(example)
    assert [example.text[u.start : u.end] for u in example.unsure] == ["我"]


def test_theft_sentences_give_victims_and_suspects() -> None:
    spans = (
        LabelledSpan(0, 2, "suspect.nhcs"),
        LabelledSpan(4, 6, "victim.nhvi"),
        LabelledSpan(7, 9, "stolen_goods.nasi"),
    )
    (example,) = theft_person_examples([TheftSentence("s1", "鄢某盗走岑某的电缆。", spans)])
    assert told(example) == [("鄢某", "accused"), ("岑某", "victim")]
