"""Groups and organizations that were harmed, and the many that just appear."""

from __future__ import annotations

import pytest

from dossier.document import Document, Dossier, Page, ReadingMode
from nlp.facts import Attribute, CaseFacts, VictimType
from nlp.pipeline import understand


def read_text(text: str) -> CaseFacts:
    document = Document("d1", "papers.txt", text, (Page(1, 0, len(text), ReadingMode.PLAIN),))
    return understand(Dossier("case", "case", "", (document,)))


def collectives(text: str) -> list[tuple[str, str, int | None]]:
    victims = [victim.person for victim in read_text(text).victims]
    return [(str(v.type), v.name, v.size) for v in victims if v.type is not VictimType.PERSON]


GROUPS = [
    ("经审理查明，被告人屈某以卖药为名，骗取被害人黎某等48名老年人人民币共计96000元。", ("48名老年人", 48)),
    ("经审理查明，被告人屈某拖欠黎某、常某等16名务工人员工资共计72000元，后逃匿。", ("16名务工人员", 16)),
    ("经审理查明，被告人屈某以招工为名，收取120名被害人保证金共计24万元。", ("120名被害人", 120)),
    ("经审理查明，被告人屈某冒充客服，先后向数百人实施诈骗，所得款项用于赌博。", ("数百人", 300)),
    (
        "经审理查明，被告人屈某采取限制人身自由的方式强迫黎某等八名呆傻流浪人员在砖厂劳动。",
        ("八名呆傻流浪人员", 8),
    ),
    ("经审理查明，该工棚因线路老化起火，造成3人死亡，5人受伤。案发后，三名死者家属获得赔偿。", ("三名死者", 3)),
]


@pytest.mark.parametrize(("text", "expected"), GROUPS, ids=[words for _, (words, _) in GROUPS])
def test_counted_crowd_is_a_group(text: str, expected: tuple[str, int]) -> None:
    assert ("group", *expected) in collectives(text)


NO_GROUPS = [
    (
        "everybody has a name",
        "经审理查明，被告人屈某先后骗取被害人黎某、常某、乔某等三名被害人现金9000元。",
    ),
    ("the other side", "经审理查明，被告人屈某纠集匡某等十余人持械将被害人黎某打伤，致其轻伤二级。"),
    ("witnesses", "经审理查明，被告人屈某将被害人黎某打伤，有在场的五名工人的证言证实。"),
    ("law", "《中华人民共和国刑法》第二百三十四条规定，致三人以上死亡的，处死刑。被告人屈某将被害人黎某打伤。"),
    ("passengers", "经审理查明，被告人屈某驾驶核载19人的客车将被害人黎某撞倒，致其受伤。"),
]


@pytest.mark.parametrize("text", [text for _, text in NO_GROUPS], ids=[why for why, _ in NO_GROUPS])
def test_other_counts_are_no_group(text: str) -> None:
    assert [c for c in collectives(text) if c[0] == "group"] == []


ORGANIZATIONS = [
    ("经审理查明，被告人屈某用假证明向南桥商业银行申领信用卡，透支3万元，经催收不还。", "南桥商业银行"),
    ("经审理查明，被告人屈某以养鸡为名向南桥信用社贷款2万元，所得用于赌博，造成南桥信用社损失2万元。", "南桥信用社"),
    ("经审理查明，被告人屈某在南桥铜业有限公司工作时，趁午休将公司的铜锭十块盗走。", "南桥铜业有限公司"),
    ("经审理查明，被告人屈某将南桥水利管理局账户上的公款15万元挪用于炒股。", "南桥水利管理局"),
    ("经审理查明，被告人屈某未经林木所有者南桥村民组同意，雇人盗伐杉木四十株。", "南桥村民组"),
    ("经审理查明，被告人屈某到南桥汽车租赁有限公司签订租赁合同，租得轿车一辆后抵押给他人，骗取4万元。",
     "南桥汽车租赁有限公司"),
    ("经审理查明，被告人屈某在位于青石路8号“半亩”茶楼内，趁人不备盗走收银台现金900元。", "“半亩”茶楼"),
    ("经审理查明，被告人屈某盗走被害单位南桥建材有限公司的钢管三十根。", "南桥建材有限公司"),
    ("经审理查明，被告人屈某骗取南桥建材有限公司货款20万元。", "南桥建材有限公司"),
    ("经审理查明，被告人屈某翻墙后将南桥砖厂的电缆盗走。", "南桥砖厂"),
    ("经审理查明，被告人屈某溜门进入南桥卫生院门诊楼，窃得手术灯一台。", "南桥卫生院"),
    ("经审理查明，被告人屈某未经南桥制药有限公司许可，生产假冒其注册商标的药品。", "南桥制药有限公司"),
    ("经审理查明，被告人屈某伪造事故，向南桥财产保险股份有限公司江口分公司报案，骗取保险金4万元。",
     "南桥财产保险股份有限公司江口分公司"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name"), ORGANIZATIONS, ids=[f"{i}-{n}" for i, (_, n) in enumerate(ORGANIZATIONS)])
def test_organization_that_was_harmed(text: str, name: str) -> None:
    assert ("organization", name, None) in collectives(text)


NO_ORGANIZATIONS = [
    ("a contract", "经审理查明，被告人屈某与南桥建筑有限公司签订劳动合同，后将同事黎某打伤，致其轻伤二级。"),
    (
        "a shop whose owner is named later",
        "经审理查明，被告人屈某在“半亩”茶楼内盗走现金900元。上述事实有被害人黎某的陈述证实。",
    ),
    ("an honest loan", "经审理查明，被告人屈某驾驶轿车将被害人黎某撞倒，轿车系其向南桥商业银行贷款所购。"),
    (
        "insurer that pays",
        "被告人屈某驾车将被害人黎某撞伤，南桥财产保险股份有限公司在限额内赔偿黎某5万元。",
    ),
    ("employer of the victim", "经审理查明，被告人屈某盗窃南桥建材有限公司员工黎某的手机一部，价值900元。"),
    ("place", "经审理查明，被告人屈某在南桥超市门口将被害人黎某的电动车盗走，价值2100元。"),
    ("bank card", "经审理查明，被告人屈某盗取农村信用社银行卡一张，该卡系被害人黎某所有。"),
    ("police", "经审理查明，被告人屈某将被害人黎某的手机盗走，已由南桥公安局发还被害人黎某。"),
    ("shop of a named owner", "经审理查明，被告人屈某潜入被害人黎某经营的南桥超市，盗走现金800元。"),
]


@pytest.mark.parametrize("text", [text for _, text in NO_ORGANIZATIONS], ids=[why for why, _ in NO_ORGANIZATIONS])
def test_organization_that_only_appears(text: str) -> None:
    assert [c for c in collectives(text) if c[0] == "organization"] == []


def test_short_and_full_name_are_one_organization() -> None:
    text = "经审理查明，被告人屈某在江口市南桥建材有限公司（以下简称南桥公司）任职期间，骗取南桥公司货款20万元。"
    victims = [v.person for v in read_text(text).victims]
    assert [(v.name, v.aliases) for v in victims] == [("江口市南桥建材有限公司", ("南桥公司",))]


def test_mentions_quote_the_document() -> None:
    text = "经审理查明，被告人屈某骗取被害人黎某等48名老年人人民币共计96000元。"
    group = next(v.person for v in read_text(text).victims if v.person.type is VictimType.GROUP)
    assert {text[span.start : span.end] for span in group.mentions} == {"48名老年人"}


def test_total_over_a_crowd_is_the_groups_loss() -> None:
    text = "经审理查明，被告人屈某骗取被害人黎某等48名老年人人民币共计96000元，其中骗取被害人黎某3000元。"
    losses = {v.person.name: v.first(Attribute.LOSS) for v in read_text(text).victims}
    amounts = {name: getattr(fact.value, "amount", None) if fact else None for name, fact in losses.items()}
    assert amounts == {"黎某": 3000, "48名老年人": 96000}


def test_loss_of_an_organization_is_nobodys() -> None:
    text = (
        "经审理查明，被告人屈某将被害人黎某打伤，又盗走被害单位南桥建材有限公司的钢管三十根。"
        "经鉴定，被盗钢管价值9000元，已发还南桥建材有限公司。"
    )
    assert [v.first(Attribute.LOSS) for v in read_text(text).victims] == [None, None]


def test_each_count_of_casualties_has_its_own_fate() -> None:
    found = read_text(
        "经审理查明，被告人屈某驾驶货车翻下路基，造成2人当场死亡，1人重伤，4人轻微伤。本院认为，屈某致二人死亡。"
    )
    fates = [
        (v.person.name, v.person.size, [str(getattr(f.value, "grade", "")) for f in v.facts if f.attribute == "injury"])
        for v in found.victims
    ]
    assert fates == [("2人", 2, ["死亡"]), ("1人", None, ["重伤"]), ("4人", 4, ["轻微伤"])]


def test_a_count_beside_a_named_victim_is_that_victim() -> None:
    found = read_text("经审理查明，被告人屈某将被害人黎某打伤，致一人轻伤。")
    assert [v.person.name for v in found.victims] == ["黎某"]
