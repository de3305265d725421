"""Whose work was not paid, in papers about refusing to pay for it.

Such papers seldom say 被害人: they name workers in rows and lists, as witnesses, and in the order to pay.
"""

from __future__ import annotations

import re

from nlp.deed_words import EACH, WAGE, WHO
from nlp.frames import LIST, NOTE, P

WAGE_REFUSAL = re.compile(
    rf"拒不支付劳动报酬|恶意欠薪|(?:逃避|拒绝|拒不)支付[^。；]{{0,20}}(?:{WAGE})|限期支付[^。；]{{0,10}}(?:{WAGE})|"
    rf"责令[^。；]{{0,30}}支付[^。；]{{0,20}}(?:{WAGE})"
)
# what a worker is called: 工人, 厨师, 瓦工, 被拖欠工资人员
_JOB = r"(?:[\u4e00-\u9fff]{0,6}(?:[工员师人]|人员|劳动者|职工|保安|司机|保洁))?"
_GAP = rf"(?:{LIST}|[，；。]|(?:(?:{WAGE}|各|共计|计|[：:]){{0,3}}[0-9.]+余?万?元(?:{WAGE})?)[，；]?{LIST}?)"
# a row of workers, each perhaps with what is owed to each: 邹某12000元、瓦工樊某（女）8600元
_ROW = rf"(?P<who>{P}{NOTE}(?:{_GAP}{_JOB}{P}{NOTE})*)"
_ETC = rf"(?:等[^。；，{P[1:-1]}]{{0,10}})?"
_OWED = "欠|欠发|欠付|拖欠|未付|未发|未支付|未发放|克扣"
_AT_WORK = "务工|干活|施工|做工|打工|工作|劳动|上班|安装|装修|粉刷|砌"
UNPAID_WORKER = tuple(
    (2, re.compile(pattern))
    for pattern in (
        # 尚欠⟨who⟩23000元、⟨who⟩18500元, 拖欠厨师⟨who⟩、服务员⟨who⟩工资; near miss: 欠⟨O⟩材料款
        rf"(?:{_OWED})(?:了|给)?{_JOB}{_ROW}{_ETC}(?:[0-9]{{4}}年[^。；，]{{0,12}})?(?:的)?(?:{WAGE}|{EACH})",
        # 被拖欠工资的⟨who⟩、⟨who⟩等一百余名工人; near miss: 拖欠工资的⟨A⟩
        rf"被(?:拖欠|欠付|欠|克扣)(?:了)?(?:{WAGE})的{_JOB}{WHO}",
        # 雇佣⟨who⟩、⟨who⟩在砖厂干活; near miss: 雇佣⟨O⟩讨债
        rf"(?:雇佣|雇请|雇用|招用|招聘|招募|聘用){_JOB}{WHO}{_ETC}[^。；{P[1:-1]}]{{0,30}}?(?:{_AT_WORK})",
        # ⟨who⟩、⟨who⟩等人在莘某的工地务工，莘某拒不支付工资; near miss: ⟨O⟩在工地务工，工资已结清
        rf"{WHO}{_ETC}(?:人)?(?:先后|分别|均|都|一起)?(?:在|到|至|受雇于|受雇|跟随|给|为|应聘)[^。；]{{0,30}}?(?:{_AT_WORK})[^。]{{0,60}}?(?:拖欠|拒不支付|拒绝支付|未支付|未付|没有支付|没付|未发|没发|未结|没结|欠薪|克扣)",
        # 证人⟨who⟩、⟨who⟩证实在工地干活，工资没有给; near miss: 证人⟨who⟩证实莘某欠他人工资
        rf"(?:证人)?{WHO}{_ETC}(?:的)?(?:证言|陈述|证实|证明|称|反映)[^。；]{{0,80}}?(?:欠|拖欠|未付|没有?给|没有?发|未发|不给|没有?结)(?:了|发|付|付给)?(?:其|他们?|她们?|我们?|自己|大家)?(?:的)?(?:{WAGE})",
        # ⟨who⟩的工资至今没有结清; near miss: ⟨who⟩的工资已结清
        rf"{WHO}{_ETC}(?:的)?(?:{WAGE})[^。；，已]{{0,24}}?(?:未|没有?|尚未)(?:能)?(?:支付|发放|付|发|结清|结算|领到|领取|拿到|得到)",
        # 拖欠47名职工工资，致使⟨who⟩等职工投诉; near miss: ⟨who⟩等职工到场
        rf"{WHO}等[^。；，{P[1:-1]}]{{0,8}}(?:职工|工人|员工|民工|农民工|劳动者)[^。；{P[1:-1]}]{{0,24}}(?:投诉|上访|讨薪|讨要|反映|举报|信访)",
        # 工资表证实⟨who⟩23000元、⟨who⟩18500元; near miss: 收条证实⟨who⟩23000元
        rf"(?:{WAGE})(?:表|单|清单|明细|欠条|花名册)[^。；]{{0,30}}?{_ROW}{EACH}",
        # 拖欠的工资分别为：⟨who⟩12000元，⟨who⟩8600元; 其中⟨who⟩12000元; 名单如下：⟨who⟩、⟨who⟩; near miss: 其中⟨O⟩到场
        rf"(?:其中|分别[为是欠]?|具体[为是]?|包括)[：:]?{_JOB}{_ROW}{EACH}",
        rf"(?:名单|如下|分别为|包括)[：:]{_JOB}{_ROW}",
        rf"(?:^|[。；：\n]){_JOB}(?P<who>{P}{NOTE}(?:{EACH}[，；、。]?{_JOB}{P}{NOTE})+){EACH}",
        # 责令莘某支付⟨who⟩劳动报酬12000元、⟨who⟩8600元; near miss: 支付⟨O⟩货款
        rf"(?:支付|给付|发放|付清|结清)(?:给|了)?(?:拖欠的|所欠的|被拖欠的?|所拖欠的?|欠付的)?(?:{WAGE}的?)?{_JOB}{_ROW}{_ETC}(?:的)?(?:{WAGE}|{EACH})",
        # 与工人⟨who⟩、⟨who⟩签订协议，约定付清工资; near miss: 与⟨O⟩签订承包合同
        rf"(?:与|和|同|向|给)(?:工人|民工|农民工|员工|职工|劳动者){_ROW}{_ETC}(?:人)?[^。；{P[1:-1]}]{{0,40}}?(?:{WAGE})",
    )
)
