"""Personal data and internal wording that must not be published (个人信息、涉密和内部用语)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from ..model import Finding
from .base import Context

_BASIS = "《个人信息保护法》、政府信息公开属于个人隐私不予公开的规定"
_LONG = re.compile(r"\d[\d \-]{9,21}[\dXxＸ](?![\dA-Za-z])")
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付"
    "方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_JOINED = frozenset("0123456789/-_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_ROLES = ("信访人", "上访人", "当事人", "投诉人", "举报人", "申请人", "矫正对象", "吸毒人员", "释放人员", "障碍患者", "受害人", "被害人",
          "重点人员")
_PERSON = re.compile(
    rf"[人象员者]([{_SURNAMES}][\u4e00-\u9fff]{{1,2}})(?=[（(，,。；、与和因诉反向家的等住]|同志|女士|先生|某)"
)
_VILLAGER = re.compile(  # only with three characters: 村民方便, 居民金融 are no names
    r"(?:村民|居民|户主)([王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁沈姚卢姜崔钟谭陆汪范廖贾夏韦邹孟熊秦邱薛闫段雷侯史陶黎贺顾毛郝龚邵][\u4e00-\u9fff]{2})"
    r"(?=[（(，,、]|的(?:信访|诉求|纠纷|矛盾|投诉|案)|(?:与|和|因|诉|反映|信访|上访|同志|夫妇|一家))"
)
_NOT_NAME = re.compile(r"[某×*]|(?:村|组|镇|乡|县|区|市|的|家|等|会|自|代|小|委|户|民|众|对|提|向|反|因|在|与|和|及|是|为|利|权|生|事|工|法|安|全|先|度|于|意|问|经)$")
_PLATE = re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·• ]?(?=[A-Z0-9]{5,6}(?![A-Za-z0-9]))[A-Z0-9]*\d[A-Z0-9]*")
_HOME = re.compile(r"(?:家住|住址[为是：:]?|现住|户籍地?[为：:]?|住在)[^，。；\n]{2,20}?\d+[号室栋幢单元]")
_SECRET = re.compile(r"(?:绝密|机密|秘密)★|★(?:绝密|机密|秘密)|(?:绝密|机密|秘密)\s*[★☆]?\s*\d{1,2}年|内部(?:资料|文件|材料)[，,、]?\s*(?:注意保[存管密]|不得外传|请勿外传)|不得对外公开|(?:仅限|限)内部(?:使用|传阅)")
_INTERNAL = re.compile(r"稳控|不?脱控|不脱失|人员不脱失|失控漏管|脱管漏管|专人严密管控|人盯人|死看死守|包保稳控|五包一|盯防")


def check(context: Context) -> Iterator[Finding]:
    """Rules 38 and 39: ID numbers, mobile phones, bank accounts, addresses, names of petitioners; secret markings."""
    text = context.text
    for match in _LONG.finditer(text):
        if match.start() and text[match.start() - 1] in _JOINED:
            continue
        named = _number(context, match)
        if named is not None:
            what, severity = named
            start, end = match.span()
            yield context.finding("personal_data", "error" if severity else "warning",  f"{what}属于个人信息，公开前必须删去或隐去。", start, end,
                                  "删去，或只保留首尾各几位", _BASIS)
    for match in _PERSON.finditer(text):
        if text.endswith(_ROLES, 0, match.start() + 1) and not _NOT_NAME.search(match.group(1)):
            yield context.finding("personal_data", "warning", f"疑似公开了当事人姓名“{match.group(1)}”，请改为“{match.group(1)[0]}某”。",
                                  match.start(1), match.end(1), f"改为“{match.group(1)[0]}某”", _BASIS)
    for match in _VILLAGER.finditer(text) if "民" in text or "户主" in text else ():
        if not _NOT_NAME.search(match.group(1)):
            yield context.finding("personal_data", "warning", f"疑似公开了群众姓名“{match.group(1)}”，请改为“{match.group(1)[0]}某”。",
                                  match.start(1), match.end(1), f"改为“{match.group(1)[0]}某”", _BASIS)
    for pattern, what in ((_PLATE, "车牌号"), (_HOME, "住址")):
        for match in pattern.finditer(text) if _worth(pattern, text) else ():
            yield context.finding("personal_data", "warning", f"疑似公开了{what}，请删去或隐去。", match.start(), match.end(), "删去",
                                  _BASIS)
    if any(word in text for word in ("绝密", "机密", "秘密", "内部", "对外公开")):
        for match in _SECRET.finditer(text):
            yield context.finding("secret_marking", "error", f"文中有“{match.group()}”字样，公开前须经保密审查。", match.start(),
                                  match.end(), "删去标志，并先作保密审查", "《保守国家秘密法》、政府信息公开保密审查规定")
    if any(word in text for word in ("稳控", "脱控", "脱失", "漏管", "严密管控", "人盯人", "看死守", "盯防", "五包一")):
        for match in _INTERNAL.finditer(text):
            yield context.finding("internal_wording", "warning", f"“{match.group()}”是内部工作用语，公开文本中请改写。", match.start(),
                                  match.end(), "改为依法处理、化解的表述", "公开文本不得有内部管控人员的表述")


def _worth(pattern: re.Pattern[str], text: str) -> bool:
    """A cheap look before a scan."""
    return "住" in text or "户籍" in text if pattern is _HOME else not text.isascii() and "车" in text


def _number(context: Context, match: re.Match[str]) -> tuple[str, bool] | None:
    raw = match.group()
    digits = raw.replace(" ", "").replace("-", "").upper().replace("Ｘ", "X")
    text = context.text
    if context.in_chrome(match.start()):
        return None
    before = text[max(0, match.start() - 12):match.start()]
    if len(digits) == 18 and _identity(digits) and " " not in raw.strip():
        return "身份证号", True
    if len(digits) == 11 and digits.isdigit() and digits[0] == "1" and digits[1] in "3456789":
        return "手机号码", True
    if 16 <= len(digits) <= 19 and digits.isdigit() and (any(word in before for word in ("账号", "帐号", "卡号", "账户", "银行"))
                                                         or (digits[:2] in ("62", "95") and _luhn(digits))):
        return "银行账号", True
    if len(digits) == 15 and digits.isdigit() and "身份证" in before:
        return "身份证号", True
    if len(digits) == 18 and "身份证" in before:
        return "身份证号", True
    return None


def _identity(digits: str) -> bool:
    """Whether 18 characters can be a citizen's number (GB 11643): area, a true birthday, a known area; the check character is not asked for,
    so that a number with a slip is found too."""
    if not digits[:17].isdigit() or not (digits[17].isdigit() or digits[17] == "X"):
        return False
    if not "11" <= digits[:2] <= "82":
        return False
    try:
        born = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    return 1900 <= born.year <= 2099




def _luhn(digits: str) -> bool:
    total = 0
    for index, char in enumerate(reversed(digits)):
        value = int(char) * (2 if index % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
