"""Names that no cue announces: what gives them away, and what looks alike. All are invented."""

from __future__ import annotations

import pytest

from nlp.names import find_names


def names(*texts: str) -> set[str]:
    return {mention.name for found in find_names(texts) for mention in found}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("登记\n农春兰，女，壮族，住柏川县。", "农春兰"),
        ("登记\n｜向雨婷｜女｜汉族｜", "向雨婷"),
        ("登记\n匡有成（小名匡二），性别：男。", "匡有成"),
        ("我叫农阿朵，是菜场的摊主。", "农阿朵"),
        ("本人农阿朵，女，菜场摊主。", "农阿朵"),
        ("领取人：蔺晓舟", "蔺晓舟"),
        ("受检者：蔺晓舟", "蔺晓舟"),
        ("将谌守田停放在院内的三轮车推走。", "谌守田"),
        ("谌果果到店。民警询问谌果果。后来，谌果果称丢了车，联系谌果果。", "谌果果"),
        ("持砖头将刘B打伤。", "刘B"),
        ("致罗3某XX轻伤。", "罗3某XX"),
        ("被告人皋明远到案。", "皋明远"),
    ],
)
def test_a_name_is_found_by_its_place(text: str, name: str) -> None:
    assert name in names(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("登记\n农春兰喜欢唱歌。", "农春兰"),
        ("谌果果到店。后来，谌果果称丢了车。", "谌果果"),
        ("我叫车夫停下，他没有听见。", "车夫停"),
        ("红沙洼小学的操场在修。红沙洼小学放假。红沙洼小学，位于柏川县。", "红沙洼"),
        ("住石家湾。到过石家湾。石家湾，在柏川县。又到石家湾。", "石家湾"),
        ("车牌为苏A的轿车停在路边。", "苏A"),
        ("在凤X园社区门口。", "凤X"),
        ("出售床垫、茶杯、围巾等41种商品。", "茶杯"),
        ("被告人屈大海将岳母黄国英打伤，岳母黄国英报警。岳母黄国英到案。", "岳母黄"),
        ("骗取老人养老钱，老人养老金也被取走。", "养老钱"),
    ],
)
def test_what_looks_like_a_name_is_none(text: str, name: str) -> None:
    assert name not in names(text)
