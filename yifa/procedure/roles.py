"""Posts (岗位) that definitions name, with their Chinese names for messages and forms."""

from __future__ import annotations

from collections.abc import Iterable

ROLES: dict[str, str] = {
    "archivist": "档案员",
    "audit_admin": "审计管理员",
    "clerk": "经办人",
    "disclosure_head": "信息公开负责人",
    "disclosure_officer": "信息公开经办人",
    "emergency_office": "应急办",
    "enforcement_head": "执法机构负责人",
    "enforcement_office": "综合执法办",
    "grid_office": "网格办",
    "grid_worker": "网格员",
    "hearing_host": "听证主持人",
    "importer": "导入程序",
    "judicial_office": "司法所",
    "leader": "本机关负责人",
    "legal_reviewer": "法制审核人员",
    "mediator": "调解员",
    "officer": "执法人员",
    "party_office": "党政办",
    "petition_head": "信访负责人",
    "petition_office": "信访办",
    "petition_officer": "信访经办人",
    "security_admin": "安全管理员",
    "service_center": "便民服务中心",
    "system_admin": "系统管理员",
    "village_clerk": "村文书",
    "village_officer": "驻村干部",
}
"""Role key -> Chinese name. A definition may name no other role (`yifa codex check`)."""


def role_names(roles: Iterable[str]) -> str:
    """The names of roles for a message, in the order given; （无） for none, an unknown key as it is written."""
    return "、".join(ROLES.get(r, r) for r in roles) or "（无）"
