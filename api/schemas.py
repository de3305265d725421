"""The screening result as it leaves the product: the one contract of command line, service, page and evaluation.

Offsets are half-open code points into the document's text exactly as served. `null` (or an empty list) means that the
dossier does not state the value; nothing here is ever a default. Unknown fields are refused on the way in, so a
reader of the contract and its writer cannot drift apart unnoticed. `docs/screening-result.schema.json` is derived
from these classes.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    TypeAdapter,
    model_serializer,
    model_validator,
)

from nlp.facts import Attribute, Role, VictimType
from screening.answer import MissingFact, Verdict
from screening.finding import Kind, Sure
from screening.levels import Level

SCHEMA_ID: Literal["jiuzhu.screening/1"] = "jiuzhu.screening/1"

Confidence = float | None
# 15000, not 15000.0: whole yuan are written as integers
Yuan = Annotated[float, PlainSerializer(lambda yuan: int(yuan) if yuan == int(yuan) else yuan, return_type=float | int)]


class Part(BaseModel):
    """Base of every piece of the result: closed, immutable, and with the field order of the contract."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class SpanPart(Part):
    """Words of a document.

    Attributes:
        start, end: half-open code points into the document's text; `text` is exactly that slice.
        page: from 1, the page of the first character.
        boxes: `[x0, y0, x1, y1]` in points from the top left of `page`, one per line of text. The key is left out
            where the format has no boxes. Of words that run over a page's end, the lines on `page` are given.
    """

    document: str
    document_name: str
    start: int = Field(ge=0)
    end: int
    text: str
    page: int = Field(ge=1)
    boxes: tuple[tuple[float, float, float, float], ...] | None = None

    @model_validator(mode="after")
    def _text_fills_the_range(self) -> SpanPart:
        if self.end <= self.start or len(self.text) != self.end - self.start:
            raise ValueError(f"span {self.start}:{self.end} of {self.document} does not have the length of its text")
        return self

    @model_serializer(mode="wrap")
    def _without_empty_boxes(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields: dict[str, Any] = handler(self)
        if fields.get("boxes") is None:
            fields.pop("boxes", None)
        return fields


class Versions(Part):
    """Attributes:
    pipeline: package version and a fingerprint of the code and lexicons that read the papers.
    model: name of the learned recognizer, or `none` when the papers were read with patterns only.
    rules: content hash of the rule set, `sha256:…`.
    """

    pipeline: str
    model: str
    rules: str


class CasePart(Part):
    number: str | None
    charges: tuple[str, ...] | None
    stage: str | None


class PagePart(Part):
    page: int
    reading: str
    confidence: Confidence


class WarningPart(Part):
    code: str
    page: int | None
    message: str


class DocumentPart(Part):
    id: str
    name: str
    kind: str | None
    date: str | None
    chars: int
    pages: tuple[PagePart, ...]
    warnings: tuple[WarningPart, ...]


class DossierPart(Part):
    """Attributes:
    warnings: files of the dossier that could not be read; the rest was.
    """

    id: str
    name: str
    sha256: str
    case: CasePart
    documents: tuple[DocumentPart, ...]
    warnings: tuple[WarningPart, ...] = ()


class PersonPart(Part):
    """Anybody but a victim."""

    id: str
    name: str
    role: Role
    of: str | None
    relation: str | None
    mentions: tuple[SpanPart, ...]

    @model_validator(mode="after")
    def _no_victim(self) -> PersonPart:
        if self.role is Role.VICTIM:
            raise ValueError(f"{self.id} is a victim and belongs under `victims`")
        return self


class Evidenced(Part):
    """A value with the words that carry it; without words there is no value."""

    confidence: Confidence
    evidence: tuple[SpanPart, ...] = Field(min_length=1)


class GenderPart(Evidenced):
    value: Literal["男", "女"]


class AgePart(Evidenced):
    value: int | None
    birth_date: str | None
    group: Literal["minor", "adult", "elder"] | None


class DisabilityPart(Evidenced):
    status: Literal["preexisting", "caused"]
    kind: str | None
    grade: str | None


class HardshipPart(Evidenced):
    category: str


class InjuryPart(Evidenced):
    grade: str


class CompensationPart(Evidenced):
    status: Literal["settled", "partial", "ordered", "none"] | None
    amount: Yuan | None
    owed: Yuan | None
    performed: bool | None
    forgiven: bool


class LossPart(Evidenced):
    amount: Yuan


class StatementPart(Part):
    """One side of a conflict; `value` holds the fields of its attribute."""

    value: dict[str, str | bool | int | float | None]
    evidence: tuple[SpanPart, ...] = Field(min_length=1)


class ConflictPart(Part):
    attribute: Attribute
    values: tuple[StatementPart, ...] = Field(min_length=2)
    preferred: int = Field(ge=0)
    why: str

    @model_validator(mode="after")
    def _preferred_is_there(self) -> ConflictPart:
        if self.preferred >= len(self.values):
            raise ValueError(f"preferred is {self.preferred}, but there are {len(self.values)} values")
        return self


class SetAsidePart(Part):
    attribute: Attribute
    value: str
    why: str
    evidence: tuple[SpanPart, ...]


class VictimPart(Part):
    id: str
    name: str
    aliases: tuple[str, ...]
    type: VictimType
    mentions: tuple[SpanPart, ...]
    gender: GenderPart | None
    age: AgePart | None
    disability: tuple[DisabilityPart, ...]
    hardship: tuple[HardshipPart, ...]
    injury: InjuryPart | None
    compensation: CompensationPart | None
    loss: LossPart | None
    conflicts: tuple[ConflictPart, ...]
    set_aside: tuple[SetAsidePart, ...]


class CitationPart(Part):
    """Attributes:
    article: null where the source is not divided into articles.
    effective_from: date, month or year, as exactly as the source gives it; null for an office's own setting.
    effective_to: the last day, empty where the source tells of none; null in results of before it was told.
    sure: how sure the source is; null in results of before it was told.
    """

    instrument: str
    article: str | None
    effective_from: str | None
    effective_to: str | None = None
    sure: Sure | None = None


class LimbPart(Part):
    name: str
    verdict: Verdict
    why: str
    evidence: tuple[SpanPart, ...]


class MissingPart(Part):
    fact: MissingFact
    ask: str
    document: str
    question: str


class FindingPart(Part):
    """Attributes:
    verdict: of an excluding rule, `met` means that the bar is indicated, not that it applies.
    bar: article of an excluding rule (`8-1` …, `one-time`), else null.
    """

    rule: str
    title: str
    victim: str
    verdict: Verdict
    bar: str | None
    kind: Kind
    citation: CitationPart
    limbs: tuple[LimbPart, ...]
    missing: tuple[MissingPart, ...]


class AlertPart(Part):
    kind: str
    message: str
    victims: tuple[str, ...]
    evidence: tuple[SpanPart, ...]


class LeadPart(Part):
    level: Level
    victims: dict[str, Level]
    urgent: bool
    summary: str


class ScreeningResult(Part):
    """One screened dossier. `amount` waits for a configured quantification profile and is null without one."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, serialize_by_alias=True)

    schema_id: Literal["jiuzhu.screening/1"] = Field(default=SCHEMA_ID, alias="schema")
    as_of: dt.date
    versions: Versions
    dossier: DossierPart
    people: tuple[PersonPart, ...]
    victims: tuple[VictimPart, ...]
    findings: tuple[FindingPart, ...]
    alerts: tuple[AlertPart, ...]
    lead: LeadPart
    amount: None = None


class DossierName(Part):
    name: str


class ErrorPart(Part):
    code: str
    message: str
    hint: str


class ErrorRecord(Part):
    """Stands in the place of a dossier that could not be screened."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)

    schema_id: Literal["jiuzhu.screening/1"] = Field(default=SCHEMA_ID, alias="schema")
    dossier: DossierName
    error: ErrorPart


def json_schema() -> dict[str, Any]:
    """The JSON Schema of one line of `--format json`: a result or an error record."""
    return TypeAdapter(ScreeningResult | ErrorRecord).json_schema(by_alias=True)


if __name__ == "__main__":  # python -m api.schemas > docs/screening-result.schema.json
    sys.stdout.write(json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n")
