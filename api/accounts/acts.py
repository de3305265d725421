"""The words of the audit trail: what an act and its small facts are called on a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ACTS = {
    "account.sign_in": "登录",
    "account.sign_in_refused": "登录被拒",
    "account.sign_out": "退出",
    "account.password": "修改口令",
    "account.openid_bound": "绑定统一身份",
    "user.openid": "开通或关闭统一身份登录",
    "user.create": "新增账号",
    "user.change": "更改账号",
    "key.create": "新增密钥",
    "key.revoke": "停用密钥",
    "key.decide": "经接口转来处理",
    "hook.create": "新增通知地址",
    "hook.remove": "停用通知地址",
    "dossier.upload": "上传卷宗",
    "dossier.open": "查阅卷宗",
    "dossier.read": "通过接口或页面读取卷宗",
    "dossier.found": "检索到卷宗",
    "dossier.unmask": "显示姓名",
    "dossier.original": "下载原件",
    "dossier.rescreen": "重新筛查",
    "dossier.cancel": "取消筛查",
    "dossier.handling": "更改承办或封存",
    "dossier.access": "授予或收回查阅",
    "dossier.delete": "删除卷宗",
    "lead.decide": "处理线索",
    "fact.correct": "更正识别",
    "fact.withdraw": "撤回更正",
    "annotation.open": "查阅标注题",
    "annotation.answer": "标注",
    "annotation.settle": "裁定标注分歧",
    "annotation.export": "导出标注",
    "letter.make": "制作文书",
    "recall.check": "盲抽核对",
    "job.retry": "重试任务",
    "job.cancel": "取消任务",
    "job.screen_all": "全部重新筛查",
    "store.backup": "备份",
    "store.restore": "从备份恢复",
    "store.key_begin": "开始更换密钥",
    "store.key": "更换密钥",
}


# small facts of an act, and values that are codes
_FACTS = {
    "allowed": "开通",
    "attribute": "属性",
    "correction": "更正",
    "dossier": "卷宗",
    "dossiers": "卷宗数",
    "files": "文件数",
    "given": "授予",
    "keep_until": "保存至",
    "kind": "方式",
    "letter": "文书",
    "masked": "遮蔽",
    "missed": "漏识别",
    "reason": "理由",
    "roles": "角色",
    "scopes": "权限",
    "sealed": "封存",
    "sealed_cases": "可查阅封存案件",
    "active": "在用",
    "state": "状态",
    "upload": "文件",
    "user": "账号",
    "victim": "被害人",
    "victims": "被害人数",
    "way": "方式",
}
_ACTORS = {"system": "系统", "anonymous": "未登录者"}


def actor_words(actor: str) -> str:
    """Who acts without an account; others keep their own."""
    return _ACTORS.get(actor, actor)


def act_words(action: str) -> str:
    """The act in Chinese; one without words keeps its own."""
    return ACTS.get(action, action)


def detail_words(detail: Mapping[str, Any]) -> str:
    """Small facts as `理由：review；遮蔽：否`; one without words keeps its own."""
    return "；".join(
        f"{_FACTS.get(name, name)}：{_value(value)}" for name, value in detail.items() if value not in (None, "")
    )


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
