"""The learned recognizer as `nlp.recognize.Recognizer`: papers with their people in, mentions with confidences out.

Whose a span is comes from the network's own match with the victims mentioned near it; where no victim stands in the
window, the rule for patterns (`nlp.ownership`) decides, and a dossier with one victim has no question. A span that
nobody owns is not reported, nor is one whose words carry no value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from dossier.errors import ModelUnavailable
from models.calibration import Calibration
from models.manifest import NETWORK, PEOPLE
from models.people_finder import LearnedPeopleFinder
from models.person_marks import mentions_of
from models.predict import MarkedText, Prediction, Predictor
from models.session import OnnxNetwork
from models.span_scores import OWNER_FROM
from models.store import InstalledModel, ModelStore
from models.vocabulary import read_vocabulary
from nlp.combine import LEARNED
from nlp.facts import Attribute, Loss, VictimType
from nlp.label_values import value_of
from nlp.labels import LabelScheme, label_scheme, person_scheme
from nlp.matter import harm_date
from nlp.mentions import Context, Mention
from nlp.ownership import owners_left
from nlp.people import Cast
from nlp.reading import Zone

_AT_ONCE = 10_000  # characters of papers scored in one go: bounds memory on long dossiers
_BY_RULE = 0.8  # confidence is multiplied by this where ownership is a rule's guess
_LONGEST = 120  # code points of a mention
_NOT_SAID = (Zone.LAW, Zone.BOILERPLATE)
_ONE_SIDE = (Zone.CLAIM, Zone.DEFENCE)


@dataclass(frozen=True, slots=True)
class LearnedRecognizer:
    """Build it with `load_model`."""

    predictor: Predictor = field(repr=False)
    calibration: Calibration
    least_confidence: float
    version: str
    name: str = LEARNED

    def find(self, cast: Cast) -> Iterable[Mention]:
        """Mentions in all papers of a dossier, in order of papers."""
        if not cast.victims:
            return
        harm_day = harm_date([paper.reading for paper in cast.papers])
        for chunk in _chunks(cast):
            texts = [MarkedText(cast.papers[index].reading.text, mentions_of(cast.papers[index])) for index in chunk]
            for index, predictions in zip(chunk, self.predictor.predict(texts), strict=True):
                mentions = (self._mention(cast, index, prediction, harm_day) for prediction in predictions)
                yield from _losses_added(cast, [mention for mention in mentions if mention is not None])

    def _mention(self, cast: Cast, index: int, prediction: Prediction, harm_day: str | None) -> Mention | None:
        paper = cast.papers[index]
        zone = paper.reading.sentence_at(prediction.start).zone
        owners, share = _owners(cast, index, prediction)
        confidence = self.calibration.confidence(prediction.score) * share
        if not owners or confidence < self.least_confidence or zone in _NOT_SAID:
            return None
        end = min(prediction.end, prediction.start + _LONGEST)
        value = value_of(prediction.label, paper.reading.text, prediction.start, end, harm_day=harm_day)
        if value is None:
            return None
        return Mention(
            attribute=Attribute(prediction.label.attribute),
            value=value,
            paper=index,
            start=prediction.start,
            end=end,
            owners=owners,
            context=Context.ALLEGED if zone in _ONE_SIDE else Context.AFFIRMED,
            score=round(confidence, 4),
            recognizer=LEARNED,
        )


def _chunks(cast: Cast) -> Iterator[list[int]]:
    """Indices of papers in order, in groups of at most `_AT_ONCE` characters (one paper at least)."""
    group: list[int] = []
    size = 0
    for index, paper in enumerate(cast.papers):
        length = len(paper.reading.text)
        if group and size + length > _AT_ONCE:
            yield group
            group, size = [], 0
        group.append(index)
        size += length
    if group:
        yield group


def _owners(cast: Cast, index: int, prediction: Prediction) -> tuple[tuple[str, ...], float]:
    """Whose a span is, and how sure that is."""
    bodies = {person.id for person in cast.victims if person.type is VictimType.ORGANIZATION}  # have no attributes
    said = [(person, share) for person, share in prediction.owners if share >= OWNER_FROM and person not in bodies]
    if said:
        return tuple(person for person, _ in said), min(share for _, share in said)
    if prediction.owners:  # victims stand near, and it is said of none of them
        return (), 0.0
    people = [person.id for person in cast.victims if person.id not in bodies]
    owners = tuple(people) if len(people) == 1 else owners_left(cast.papers[index], prediction.start)
    return owners, _BY_RULE


def _losses_added(cast: Cast, mentions: Sequence[Mention]) -> Iterator[Mention]:
    """Sums that one passage states for one victim are added up: a theft is priced piece by piece."""
    losses: dict[tuple[tuple[str, ...], Zone], list[Mention]] = defaultdict(list)
    for mention in mentions:
        if mention.attribute is Attribute.LOSS:
            zone = cast.papers[mention.paper].reading.sentence_at(mention.start).zone
            losses[mention.owners, zone].append(mention)
        else:
            yield mention
    for same in losses.values():
        yield _added(same)


def _added(losses: Sequence[Mention]) -> Mention:
    by_sum: dict[float, Mention] = {}
    for mention in losses:
        if isinstance(mention.value, Loss):
            by_sum.setdefault(mention.value.amount, mention)
    total = sum(by_sum)
    whole = next((amount for amount in by_sum if len(by_sum) > 2 and abs(total - 2 * amount) < 1), None)
    if whole is not None:  # one of them is the sum of all others
        return by_sum[whole]
    first = next(iter(by_sum.values()))
    return Mention(
        attribute=first.attribute,
        value=Loss(round(total, 2)),
        paper=first.paper,
        start=first.start,
        end=first.end,
        owners=first.owners,
        context=first.context,
        score=min(mention.score for mention in by_sum.values()),
        recognizer=LEARNED,
        more=tuple((m.start, m.end) for m in by_sum.values() if m is not first),
    )


@dataclass(frozen=True, slots=True)
class LearnedModel:
    """What one version reads with.

    Attributes:
        recognizer: None where it was asked for beside patterns and adds nothing to them.
        finder: None in a model without a people finder.
    """

    version: str
    recognizer: LearnedRecognizer | None
    finder: LearnedPeopleFinder | None


def load_model(
    store: ModelStore, version: str | None = None, *, beside_patterns: bool = False, threads: int | None = None
) -> LearnedModel | None:
    """The model of a version, or of the one in use; None when none is in use.

    Args:
        beside_patterns: leave out a recognizer that adds nothing to them.

    Raises:
        ModelUnavailable: when it is missing, damaged, of another label scheme, or ONNX Runtime is not installed.
    """
    installed = store.open(version)
    if installed is None:
        return None
    silent = beside_patterns and not installed.manifest.beside_patterns
    recognizer = None if silent else recognizer_of(installed, threads=threads)
    return LearnedModel(installed.manifest.version, recognizer, finder_of(installed, threads=threads))


def recognizer_of(installed: InstalledModel, *, threads: int | None = None) -> LearnedRecognizer:
    """Raises:
    ModelUnavailable: see `load_model`.
    """
    manifest = installed.manifest
    predictor = _predictor(installed, NETWORK, label_scheme(), manifest.scheme, threads)
    return LearnedRecognizer(predictor, manifest.calibration, manifest.least_confidence, manifest.version)


def finder_of(installed: InstalledModel, *, threads: int | None = None) -> LearnedPeopleFinder | None:
    """Raises:
    ModelUnavailable: see `load_model`.
    """
    signature = installed.manifest.person_scheme
    if signature is None:
        return None
    return LearnedPeopleFinder(_predictor(installed, PEOPLE, person_scheme(), signature, threads))


def _predictor(
    installed: InstalledModel, network: str, scheme: LabelScheme, trained_for: str, threads: int | None
) -> Predictor:
    manifest = installed.manifest
    if trained_for != scheme.signature():
        raise ModelUnavailable(
            "model.scheme", f"模型 {manifest.version} 是为另一份标签表训练的", "请换用与本程序同版的模型，或重新训练"
        )
    opened = OnnxNetwork(installed.folder / network, threads=threads)
    return Predictor(opened, read_vocabulary(installed.folder), scheme, manifest.window, manifest.overlap)
