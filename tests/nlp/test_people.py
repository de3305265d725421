"""Who is who: names, roles, aliases, namesakes, kin."""

from __future__ import annotations

import pytest

from nlp.facts import Role
from nlp.people import Cast
from tests.nlp.papers import cast


def roles(found: Cast) -> dict[str, Role]:
    return {person.name: person.role for person in found.people}


def victims(*texts: str) -> list[str]:
    return [person.name for person in cast(*texts).victims]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("被告人屈某将被害人黎某打伤。", ["黎某"]),
        ("被告人屈某骗取被害人黎某甲、常某乙现金。", ["黎某甲", "常某乙"]),
        ("被告人屈某盗走被害人黎×2的手机。", ["黎×2"]),
        ("被告人1某甲将被害人黎某嫒打伤，黎某嫒报警，黎某嫒被送医。", ["黎某嫒"]),
        ("被告人屈大海持刀将黎小满砍伤，经鉴定，黎小满的损伤程度为轻伤一级。", ["黎小满"]),
        ("被告人屈某将与其同住的欧阳某打伤，经鉴定，欧阳某的损伤为轻微伤。", ["欧阳某"]),
        ("被告人屈某对到店购物的小女孩黎某进行猥亵。", ["黎某"]),
        ("被告人屈某驾车将行人黎某、常某撞倒，致黎某死亡、常某受伤。", ["黎某", "常某"]),
        ("被告人屈某骗取黎某2000元、常某3000元、丁某5000元后逃匿。", ["黎某", "常某", "丁某"]),
        ("被告人屈某拖欠工人黎某、常某等人工资共计8000元。", ["黎某", "常某"]),
        ("上述事实，有被害人黎某、常某的陈述，证人丁某、方某的证言证实。", ["黎某", "常某"]),
        ("被告人屈某趁黎某熟睡之机，将其手机盗走。", ["黎某"]),
        ("被告人屈某骗取城东粮店黎某6300元。证人黎某的证言证实此事。", ["黎某"]),
        ("被告人屈某骗取孔某的朋友黎某办事费4600元。", ["黎某"]),
        ("被告人屈某带人到茶楼要黎某交800元“保护费”，黎某因害怕被迫交出800元。", ["黎某"]),
        ("被告人屈某将骗得的轿车抵押给黎某借款16000元。", ["黎某"]),
        ("被告人屈某犯拒不执行判决罪，拒不偿还黎某借款80000元，并转移财产。", ["黎某"]),
        ("被告人屈某砍伐黎某家的果树二十株。", ["黎某"]),
        ("被告人屈某殴打被害人黎某，被害人黎某基于对自身安危的担忧交出银行卡。", ["黎某"]),
        ("被害人黎某信以为真并告知被害人常某，被害人常某遂将12000元交给被告人屈某。", ["黎某", "常某"]),
        ("被告人屈某骗取黎某的父亲黎某根现金人民币38000元。", ["黎某根"]),
        ("被告人屈某甲未经驾驶员同意拽方向盘，致屈某受伤。经鉴定，屈某的损伤属轻伤二级。", ["屈某"]),
        ("工人黎某、常某触碰高压线，造成一死一伤的重大事故，被告人屈某系负责人。", ["黎某", "常某"]),
        (
            "因没有支付工资，被拖欠工资的黎某、常某等人到人社局投诉，被告人屈某拒不支付工人工资。",
            ["黎某", "常某"],
        ),
        ("被告人屈某将出生四十天的女儿（现户籍名黎某某）遗弃在医院，黎某某于次日被遗弃处找到。", ["黎某某"]),
    ],
)
def test_victims(text: str, names: list[str]) -> None:
    assert victims(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "被告人屈某犯受贿罪，为黎某承揽工程提供帮助，先后收取黎某现金5万元，后退还黎某1万元。",
        "被告人屈某指使黎某殴打被害人常某，致常某轻微伤。",
        "被告人屈某将被害人常某停放在黎某家门前的电动车盗走。",
        "被告人屈某到劳动监察大队投诉黎某拖欠其工资。",
        "被告人屈某将自家轿车担保抵押给黎某，后又将车开回。",
        "被告人屈某向吸毒人员黎某贩卖甲基苯丙胺0.3克。",
        "被告人屈某伙同黎某（另案处理）盗窃某公司电缆。",
        "被告人屈某酒后驾驶机动车，被民警黎某当场查获。",
        "被告人屈某骗取被害人信任后逃匿，证人黎某予以证实。",
        "辩护人黎某提出，被告人屈某系初犯。",
        "被告人屈某曾因殴打黎某被判处拘役。",
        "被告人屈某盗走超市的艾某615型羽绒服一件。",
        "原告黎某与被告屈某房屋租赁合同纠纷一案，被告屈某拖欠黎某租金46629元，至今未付。",
        "本院查明，被继承人黎某于2016年7月14日死亡，原告黎某1与被告黎某2系兄妹，要求分割遗产。",
        "被告人屈某构成××罪，判处××。",
    ],
)
def test_nobody_named_is_a_victim(text: str) -> None:
    assert "黎某" not in victims(text)


def test_offices_and_sides() -> None:
    found = roles(
        cast(
            "公诉机关指派检察员丁守一出庭，被告人屈大海及其辩护人方远到庭，被害人黎小满的法定代理人黎大山到庭。"
            "审判长米晓岚，书记员卜青。鉴定人岑松。证人常桂花证实上述事实。"
        )
    )
    expected = {
        "丁守一": Role.OFFICER,
        "屈大海": Role.ACCUSED,
        "方远": Role.REPRESENTATIVE,
        "黎小满": Role.VICTIM,
        "黎大山": Role.GUARDIAN,
        "米晓岚": Role.OFFICER,
        "卜青": Role.OFFICER,
        "岑松": Role.EXPERT,
        "常桂花": Role.WITNESS,
    }
    assert {name: found.get(name) for name in expected} == expected


def test_relatives_of_a_dead_victim_are_none() -> None:
    found = cast("被告人屈某将被害人黎某杀害。附带民事诉讼原告人常某系被害人黎某之妻，要求赔偿。")
    assert [v.name for v in found.victims] == ["黎某"]
    (wife,) = [person for person in found.people if person.name == "常某"]
    assert (wife.role, wife.relation, wife.of) == (Role.RELATIVE, "妻", found.victims[0].id) or wife.relation == "之妻"


def test_a_masked_and_a_full_name_are_one_person_across_papers() -> None:
    found = cast(
        "起诉书\n被告人屈某某将被害人黎某某打成轻伤二级。", "询问笔录\n被询问人：黎小满，女\n答：是屈大海打的。"
    )
    assert [(v.name, v.aliases) for v in found.victims] == [("黎小满", ("黎某某",))]


def test_two_people_of_one_masked_name() -> None:
    found = victims(
        "1、被告人屈某窃得被害人黎某（男，1990年2月4日出生）手机一部；2、被告人屈某窃得被害人黎某（女，1969年10月3日出生）项链一条。"
    )
    assert found == ["黎某", "黎某"]


def test_accused_and_victim_of_one_masked_name() -> None:
    found = cast("经审理查明，被告人李某来到小区，将被害人李某停放在路边的电动车盗走。")
    assert sorted(person.role for person in found.people) == [Role.ACCUSED, Role.VICTIM]


def test_alias() -> None:
    (victim,) = cast("被告人屈大海将被害人黎小满（又名“黎二娃”）打伤。黎二娃报警。").victims
    assert victim.aliases == ("黎二娃",)
    assert len(victim.mentions) == 3


@pytest.mark.parametrize(
    "answer",
    [
        "他孩子满月我去过，女儿满月我也去了。",
        "同事家呢没人，儿子家呢也没人，邻居来了。",
        "鞋子印往云田乡去了，轮子印往云田乡去了。",
        "在石塘派出所说过，民警和石塘派出所都知道。",
    ],
)
def test_words_behind_a_weak_cue_are_nobody(answer: str) -> None:
    found = cast(f"询问笔录\n被询问人：黎小满，女\n问：怎么回事？\n答：{answer}")
    assert [person.name for person in found.people] == ["黎小满"]


def test_the_interviewer_is_not_the_one_interviewed() -> None:
    paper = cast(
        "询问笔录\n询问人：丁守一　记录人：方远\n被询问人：黎小满，女\n问：谁打的你？\n答：屈大海打的我。"
    ).papers[0]
    found = cast("询问笔录\n询问人：丁守一　记录人：方远\n被询问人：黎小满，女\n问：谁打的你？\n答：屈大海打的我。")
    assert paper.subject is not None and found.person(paper.subject).name == "黎小满"


def test_names_are_told_in_the_characters_of_the_paper() -> None:
    assert victims("經審理查明，被告人屈某騙取被害人羅慶堂人民幣5000元，羅慶堂報案。") == ["羅慶堂"]


def test_every_mention_quotes_a_form_of_the_name() -> None:
    text = "被告人屈大海将被害人黎小满（又名“黎二娃”）打伤，黎小满报警。"
    (victim,) = cast(text).victims
    assert {text[span.start : span.end] for span in victim.mentions} <= {victim.name, *victim.aliases}


def test_who_was_made_good_and_forgave_is_a_victim() -> None:
    text = "经审理查明，被告人屈某砍伐松树。案发后，屈某赔偿黎某、常某无法采割松脂的损失8000元，得到黎某、常某的谅解。"
    assert victims(text) == ["黎某", "常某"]


def test_the_kin_of_the_dead_who_forgave_are_none() -> None:
    text = "经审理查明，被告人屈某将被害人黎某撞倒，致其死亡。案发后，屈某赔偿常某各项损失8000元，得到常某的谅解。"
    assert victims(text) == ["黎某"]


REGISTER = "常住人口登记表\n向雨婷，女，2001年3月6日出生，汉族。"
CHARGE = "起诉书\n经审查查明，被告人屈大海将被害人向某婷打成轻伤二级，向某婷报警。向某婷住院三天。"


def test_a_name_masked_in_the_middle_is_the_only_one_that_fits() -> None:
    (victim,) = cast(CHARGE, REGISTER).victims
    assert (victim.name, victim.aliases) == ("向雨婷", ("向某婷",))


@pytest.mark.parametrize(
    "other",
    [
        REGISTER + "\n向晓婷，女，2003年3月6日出生，汉族。",
        "常住人口登记表\n向雨桐，女，2001年3月6日出生，汉族。",
    ],
)
def test_a_name_masked_in_the_middle_stays_where_two_fit_or_none(other: str) -> None:
    assert [(v.name, v.aliases) for v in cast(CHARGE, other).victims] == [("向某婷", ())]


def test_one_person_masked_in_two_ways() -> None:
    papers = "起诉书\n被告人屈某将被害人胡XX打成轻伤二级。", "询问笔录\n被害人胡某某称头痛。"
    assert [(v.name, v.aliases) for v in cast(*papers).victims] == [("胡XX", ("胡某某",))]


def test_two_masks_of_two_people() -> None:
    witness = "起诉书\n被告人屈某将被害人胡XX打成轻伤二级。", "询问笔录\n证人胡某某称听见喊声。"
    assert [(v.name, v.aliases) for v in cast(*witness).victims] == [("胡XX", ())]
