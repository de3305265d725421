"""Look-alikes are kept with the reason why they do not count, beside the victims whom they could be mistaken for."""

from __future__ import annotations

from nlp.pipeline import understand
from tests.test_attribute_cases import dossier_of

CHARGED = "起诉书\n经依法审查查明，被告人屈大海先后骗取被害人黎小满、常春来人民币各8000元。\n"


def set_aside(documents: dict[str, str]) -> dict[str, set[tuple[str, str]]]:
    found = understand(dossier_of({"documents": documents}))
    return {v.person.name: {(a.value, a.why) for a in v.set_aside} for v in found.victims}


def test_several_statuses_denied_at_once() -> None:
    found = set_aside(
        {"1_起诉书.txt": CHARGED, "2_核对结果.txt": "民政局核对结果\n黎小满、常春来，系统中无低保、特困记录。\n"}
    )
    denied = {("低保", "原文为否定表述"), ("特困", "原文为否定表述")}
    assert found == {"黎小满": denied, "常春来": denied}


def test_a_list_of_papers_to_bring_denies_nothing() -> None:
    found = set_aside({"1_起诉书.txt": CHARGED, "2_须知.txt": "申请须知\n无低保、特困证明的，可以申请临时救助。\n"})
    assert found == {"黎小满": set(), "常春来": set()}


def test_short_denials_of_the_one_asked() -> None:
    talk = "询问笔录\n被询问人：黎小满，女\n问：你家有没有低保？\n答：我们没有。\n"
    assert set_aside({"1_起诉书.txt": CHARGED, "2_询问笔录.txt": talk})["黎小满"] == {("低保", "原文为否定表述")}


def test_the_name_of_a_shop_describes_nobody() -> None:
    text = "起诉书\n经依法审查查明，被告人屈大海在“安心”盲人按摩店内将被害人黎小满打成轻微伤。\n"
    assert set_aside({"1_起诉书.txt": text}) == {"黎小满": {("视力", "是店铺、机构的名称，不是对人的描述")}}


def test_the_words_of_a_charge_are_of_nobody_in_particular() -> None:
    text = CHARGED + "本院认为，被告人屈大海强迫听力残疾的他人劳动，情节严重。\n"
    assert ("听力", "泛指他人，未指明是谁") in set_aside({"1_起诉书.txt": text})["黎小满"]


def test_words_of_the_accused_stand_beside_one_victim() -> None:
    talk = "讯问笔录\n被讯问人：屈大海，男\n问：家里情况？\n答：我家吃低保，没有钱退。\n"
    found = set_aside({"1_起诉书.txt": CHARGED, "2_讯问笔录.txt": talk})
    assert [name for name, asides in found.items() if asides] == ["黎小满"]


def test_words_of_a_victim_about_her_kin_stand_beside_her() -> None:
    talk = "询问笔录\n被询问人：常春来，女\n问：家里情况？\n答：我爱人是肢体残疾。\n"
    found = set_aside({"1_起诉书.txt": CHARGED, "2_询问笔录.txt": talk})
    assert [name for name, asides in found.items() if asides] == ["常春来"]
