"""The label scheme and the values that its spans state."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from dossier.errors import JiuzhuError
from nlp.facts import (
    HARDSHIP_CATEGORIES,
    Age,
    Attribute,
    Compensation,
    Disability,
    Gender,
    Hardship,
    Injury,
    Loss,
    Value,
)
from nlp.label_values import label_of, value_of
from nlp.labels import label_scheme, parse_scheme

SCHEME = label_scheme()
FILE = yaml.safe_load((Path(__file__).parents[2] / "nlp" / "labels.yaml").read_text(encoding="utf-8"))


def test_every_attribute_has_a_layer_and_columns_do_not_overlap() -> None:
    assert {layer.attribute for layer in SCHEME.layers} == set(Attribute)
    columns = [column for layer in SCHEME.layers for column in range(SCHEME.width)[layer.columns]]
    assert columns == list(range(SCHEME.width))


def test_tags_lead_back_to_their_labels() -> None:
    for layer in SCHEME.layers:
        for label in layer.labels:
            assert layer.label_of(layer.begin(label)) is label
            assert layer.label_of(layer.begin(label) + 1) is label


def test_another_order_is_another_scheme() -> None:
    turned = {**FILE, "attributes": dict(reversed(FILE["attributes"].items()))}
    assert parse_scheme(turned).signature() != SCHEME.signature()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"version": 0}, "version"),
        ({"attributes": {"income": []}}, "income"),
        ({"attributes": {"gender": []}}, "gender"),
        ({"attributes": {"gender": [{"id": "male", "title": "男", "example": "没有括号"}]}}, "example"),
        ({"attributes": {"gender": [{"id": "male", "title": "男", "example": "【男】"}] * 2}}, "重复"),
    ],
)
def test_a_wrong_file_is_refused(change: dict[str, object], told: str) -> None:
    with pytest.raises(JiuzhuError, match=r"labels\.invalid") as caught:
        parse_scheme({**FILE, **change})
    assert told in caught.value.message


def test_an_unknown_label_names_the_known_ones() -> None:
    with pytest.raises(JiuzhuError) as caught:
        SCHEME.label("injury.bad")
    assert "injury.light" in caught.value.hint


def stated(name: str, marked: str, harm_day: str | None = None) -> Value | None:
    """The value of the words in 【 】."""
    start = marked.index("【")
    text = marked.replace("【", "").replace("】", "")
    return value_of(SCHEME.label(name), text, start, marked.index("】") - 1, harm_day=harm_day)


@pytest.mark.parametrize(
    ("name", "marked", "value"),
    [
        ("gender.male", "被害人【丈夫】", Gender("男")),
        ("age.years", "【殁年六十二岁】", Age(62, None, "elder")),
        ("age.years", "【十五周岁】", Age(15, None, "minor")),
        ("age.years", "【八个月】大", Age(0, None, "minor")),
        ("age.years", "【三百岁】", None),
        ("age.years", "【小小年纪】", None),
        ("age.minor", "系【未成年人】", Age(None, None, "minor")),
        ("age.birth", "【1987年3月2日】出生", Age(37, "1987-03-02", "adult")),
        ("age.birth", "【不详】", None),
        ("disability.preexisting", "持【听力残疾二级】证", Disability("preexisting", "听力", "二级")),
        ("disability.caused", "构成【Ⅸ级伤残】", Disability("caused", None, "九级")),
        ("hardship.no_work", "【干不动活了】", Hardship("失能失业")),
        ("injury.serious", "构成【重伤二级】", Injury("重伤二级")),
        ("injury.light", "属【轻伤】（一级）", Injury("轻伤一级")),
        ("injury.light", "属【轻伤】，十级伤残", Injury("轻伤")),
        ("injury.hurt", "【骨折】", Injury("受伤")),
        ("compensation.paid", "【一次付清三万元】", Compensation("settled", 30000, None, True)),
        ("compensation.part_paid", "【先付6千元】", Compensation("partial", 6000, None, True)),
        ("compensation.rest_open", "【余下两万元没有给】", Compensation("partial", None, 20000, False)),
        ("compensation.ordered", "【赔偿八万元】", Compensation("ordered", None, 80000, None)),
        ("compensation.unpaid", "【分文未付】", Compensation("none", None, None, False)),
        ("compensation.agreed", "【约定五万元】", Compensation(None, None, 50000, None)),
        ("compensation.forgiven", "【表示谅解】", Compensation(None, forgiven=True)),
        ("loss.amount", "价值【3800元】", Loss(3800)),
        ("loss.amount", "【六万一千八】", Loss(61800)),
        ("loss.amount", "拿走【2.4万】", Loss(24000)),
        ("loss.amount", "【一辆旧车】", None),
        ("compensation.paid", "【2024年一次付清】", Compensation("settled", None, None, True)),
    ],
)
def test_words_give_the_value(name: str, marked: str, value: Value | None) -> None:
    assert stated(name, marked, harm_day="2024-06-01") == value


@pytest.mark.parametrize("category", HARDSHIP_CATEGORIES)
def test_every_category_has_its_label(category: str) -> None:
    label = label_of(Hardship(category), SCHEME)
    assert value_of(label, "x", 0, 1) == Hardship(category)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (Injury("轻微伤"), "injury.slight"),
        (Injury("轻伤二级"), "injury.light"),
        (Injury("重伤"), "injury.serious"),
        (Injury("死亡"), "injury.death"),
        (Injury("受伤"), "injury.hurt"),
        (Age(15, "2009-01-02", "minor"), "age.birth"),
        (Age(None, None, "elder"), "age.elder"),
        (Compensation("partial", None, None, False), "compensation.rest_open"),
        (Compensation(None, forgiven=True), "compensation.forgiven"),
        (Compensation(None, None, 5.0), "compensation.agreed"),
    ],
)
def test_a_value_has_its_label(value: Value, name: str) -> None:
    assert label_of(value, SCHEME).name == name
