"""Numbers that are no figures: dates, ordinals, names, slogans, levels, required steps, durations, targets (非数据数字).

General rules only: what stands before, inside and after the number decides, never a particular document.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .text import words

if TYPE_CHECKING:
    from .quantities import Quantity

ORDINAL_BEFORE = frozenset("第初周期拜之")
_HOTLINES = words("12309 12315 12333 12337 12338 12345 12348 12355 12371 12388 12389 96110 12328 12369 12380")

# Nouns that make "number + measure word" a name or a way of speaking rather than a count of things done.
_ABSTRACT = re.compile(
    r"(?:方面|环节|阶段|步骤|程序|原则|关系|维度|层面|层次|意识|自信|维护|确立|必经|到位|坚持|统一|结合|同步|不变|不得|不准|"
    r"一|关键|抓手|时间节点|节点|面向|转变|提升|强化|注重|带头|严禁|过硬|路径|途径|维|统筹|革命|文明|务必|先锋|"
    r"满意|必须|责任|规定|工作日|月|小时|季度|年头|星期|学期|自然日|五年|百年|重要|重大|大局|着力|聚焦|凡是|绝不|有力|更加|清楚|明白[^人]|"
    r"为主|为先|到底|问题导向|导向|能力|优势|理念|条线|线|位一体|课堂|防线|大类|大项|大块|到村|不出|不漏|不少|不落)"
)
_ABSTRACT_SMALL = re.compile(
    r"(?:制度|机制|体系|规范|清单|重点|工程|行动|战略|领域|模块|板块|平台|专项|渠道|任务|目标|举措|措施|职责|队伍建设|融合|联动|"
    r"代表|主体|级|手|统|要|类|好|化|公开|下|开|点|条例|要素|法宝|法治|层|网|指标|保障|支撑|会议制度|改革|功能|职能|作用|格局)"
)
_DOING = re.compile(
    r"召开|开展|组织|举办|进行|举行|听取|研究|审议|受理|办理|办结|化解|调解|调处|排查|处置|处理|查处|立案|拆除|整改|成立|组建|"
    r"建成|建立|新建|打造|创建|创成|设立|设置|配备|聘请|聘任|选聘|聘用|选派|派出|培育|培养|培训|发放|印发|张贴|悬挂|制作|播放|发布|推送|撰写|"
    r"出台|制定|修订|废止|接待|接访|解答|提供|参与|参加|学习|邀请|评选|获评|购置|购买|投入|收到|收集|征集|提出|审查|审核|签订|"
    r"备案|应诉|出庭|巡查|检查|走访|宣讲|增设|新增|现有|共有|设有|拥有|下辖|讨论|集体|累计|共计|先后|移送|处罚|罚款|扣押|没收|"
    r"发现|消除|完成|实施|上报|报送|承办|协助|解决|引导|申请|答复|表彰|通报|约谈|问责|更新|录制|拍摄|创作|编排|开设|上法治课|"
    r"授课|公布|发出|刊发|编发|修改|清理|涉及|获得|荣获|共|有|作出|做出|下发|列席|旁听|述法|督查|督导|督促|演练|评议|评查"
)
_SITTING = re.compile(r"(?:届|届人大|人民代表大会|党代会|届政协|届全会)$")
_IDIOM = re.compile(r"[一二两三四五六七八九十]+(?:节期间|节慰问|节前后|节假日|张皮|台合一|班倒|轮车|轮驱动|条腿|面旗|家亲|头热|件套|位数|组词)")
_GOT = re.compile(r"通过|取得|获|被|参加|完成|受到|入选|当选|持有")
_TARGET = re.compile(r"力争|争取(?!资金|到|了|上级|各[级类]|项目)|计划|预计|拟|目标[是为]|有望|到20\d\d年底?前?|应当|必须|不得|方可|原则上|按照每|的标准|的要求")
_DONE = re.compile(r"已|完成了|实现了|现有|共|累计|完成率|按计划|计划(?:生育|内)|制[定订]|任务")
# 104个先进典型之一, 三个乡镇之一: one of so many, a rank and no count of what was done
_ONE_AMONG = re.compile(r"[\u4e00-\u9fff]{0,10}之[一二]")
# Ten and more of these are counted even where no verb says what was done with them (落户在十个村委会).
_BODIES = re.compile(r"(?:行政)?(?:村|社区|居委|镇|乡|街道|单位|部门|企业|学校|站所|网格|小组|机关|支部)")
_LIST_LEAD = re.compile(r"分别|依次|各")
_QUOTES = (("“", "”", 24), ("《", "》", 80), ("‘", "’", 20), ("「", "」", 20))
_ADDRESS = re.compile(r"(?:https?://|www\.)[\w./%?=&#:~-]*$")
_TIMES_ALWAYS_NAME = ("次性", "次办", "次告知", "次跑", "次会议精神", "次全会", "次全体会", "次全体代表", "次党代", "次代表大会", "次集体学习时",
                      "次中央", "次又")
_PER = re.compile(r"每(?:个)?(?:季度|季|月|周|半年|年|两个?月|两周|半个?月|旬)[^，。；,;、]{0,10}$")
_ONE_OF = re.compile(
    r"(?:召开|开展|组织|举办|举行|进行|听取|学习|走访|巡查|检查|排查|培训|宣讲|坐班|值班|研判|会议|学法|汇报|活动|调度)(?:了)?(?:至少|不少于)?$"
)


def in_name(text: str, position: int) -> bool:
    """Whether ``position`` lies in a quoted name, a title in 《》 or a web address: numbers there count nothing."""
    for opening, closing, reach in _QUOTES:
        begin = text.rfind(opening, max(0, position - reach), position)
        if begin >= 0 and text.find(closing, begin, position) < 0:
            end = text.find(closing, position, begin + reach + 2)
            if end >= 0 and text.find("\n", begin, end) < 0:
                return True
    if text.rfind('"', max(0, position - 20), position) >= 0 and text.count('"', text.rfind("\n", 0, position) + 1, position) % 2:
        return True
    return text[position - 1:position].isascii() and _ADDRESS.search(text, max(0, position - 80), position) is not None


def distributes(text: str, position: int) -> bool:
    """Whether bare numbers before ``position`` share the unit of a later one (分别为12、15和18件)."""
    return _LIST_LEAD.search(text, max(0, position - 12), position) is not None


def rejects_arabic(text: str, quantity: Quantity, digits: str) -> bool:
    """Whether a number in Arabic digits with a unit is a name, an ordinal, a required step or a duration."""
    start, end, unit = quantity.number_start, quantity.end, quantity.unit
    if digits in _HOTLINES or (len(digits) >= 5 and digits[0] == "0"):
        return True
    before = text[max(0, start - 10):start]
    last = before[-1:]
    if last and last in "-—–~～至到" and before[-2:-1].isdigit():
        return True  # the tail of a date or number such as 2021-02-05
    if unit == "条" and (before.endswith(("第", "法", "章")) or text.startswith(("规定", "措施", "意见", "禁令"), end)):
        return not before.endswith(("提出", "收集", "征集", "制定", "出台", "征求"))
    if unit == "分" and not _scored(before):
        return True
    if unit in ("升", "克", "方") and quantity.value < 1:
        return True
    if unit in ("点", "级", "位") and quantity.decimals:
        return True
    if last == "第" or before.rstrip().endswith("第"):
        return True
    if unit in ("项", "个", "种", "类") and quantity.value <= 12 and _is_institution(text, start, end, unit):
        return True
    if unit == "次" and (text.startswith(_TIMES_ALWAYS_NAME, end - 1) or _SITTING.search(text, max(0, start - 6), start)):
        return True
    if unit == "%" and last == "个" and before[-2:-1] in "两二三四五六七八九十":
        return True
    if _ABSTRACT.match(text, end) and unit in ("个", "项", "条", "种", "类", "大", "位", "道", "支", "张"):
        return not text.startswith(("一般", "责任区", "责任人", "重要", "重大", "能力"), end) or quantity.value < 3
    if _ONE_AMONG.match(text, end) and unit in ("个", "家", "名", "项"):
        return True
    return _required(text, quantity)


def _scored(before: str) -> bool:
    return re.search(r"得|平均|成绩|考核|评|满意|总|分数|均分", before) is not None


def _is_institution(text: str, start: int, end: int, unit: str) -> bool:
    """行政执法3项制度, 3个规定: a fixed name, unless something was made or held."""
    if unit == "项" and text.startswith("制度", end):
        return re.search(r"(?:执法|推行|落实|执行|实行|贯彻|坚持)[^，。；,;]{0,6}$", text[max(0, start - 12):start]) is not None
    return unit == "个" and text.startswith(("规定", "必经"), end)


def rejects_rate(text: str, quantity: Quantity) -> bool:
    """Whether a rate is a wish or a rule rather than a result."""
    return _required(text, quantity)


def _required(text: str, quantity: Quantity) -> bool:
    start = quantity.start
    clause_start = quantity.clause
    if quantity.approx in ("以上", "不少于", "至少") and quantity.value <= 3 and quantity.unit in ("名", "人", "个"):
        tail = text[quantity.end:quantity.end + 10]
        if "执法人员" in tail or "工作人员" in tail or "调解员" in tail:
            return True  # 两名以上执法人员: what the law wants, not what was done
    found = _TARGET.search(text, clause_start, start)
    if found is None:
        return False
    return _DONE.search(text, clause_start, start) is None


_BREAK = re.compile(r"[，。；;：:！？!?\n,]")


def clause_begin(text: str, position: int, limit: int = 60) -> int:
    """Where the clause that holds ``position`` begins (after the last comma, semicolon, colon or full stop)."""
    begin = max(0, position - limit)
    for match in _BREAK.finditer(text, begin, position):
        end = match.end()
        if match.group() != "," or not (text[end:end + 1].isdigit() and text[end - 2:end - 1].isdigit()):
            begin = end
    return begin


def rejects_chinese(text: str, quantity: Quantity, numeral: str) -> bool:
    """Whether a Chinese numeral with a measure word is part of a name or a way of speaking.

    Two and more count when something is done, held or made (召开专题会议两次, 组建五支队伍); 一 counts only as a stated
    frequency or a single act (每季度听取一次); bare 百, 千, 万 are figures of speech (百名律师).
    """
    start, end, unit = quantity.number_start, quantity.end, quantity.unit
    before = text[start - 1:start]
    if before and (before in "第十百千万每某逐" or before.isdigit() or before in "“《\"‘·"):
        return True
    if (unit == "次" and _SITTING.search(text, max(0, start - 6), start)) or _IDIOM.match(text, start):
        return True
    if text.startswith(_TIMES_ALWAYS_NAME, end - 1) or unit in ("分", "方", "点", "道", "字", "门", "升", "克", "页", "顶", "段"):
        return True
    if _ABSTRACT.match(text, end):
        return True
    clause_start = quantity.clause
    value, approx = quantity.value, quantity.approx
    if value == 1 and approx in (None, "至少", "不少于"):
        return _rejects_one(text, quantity, clause_start)
    if numeral in ("百", "千", "万", "亿") and approx is None:
        return True
    if _required(text, quantity):
        return True
    if value >= 10:
        if approx is not None or len(numeral) > 2:
            return False
        if unit in ("个", "家", "所") and _BODIES.match(text, end):
            return False
        return not _DOING.search(text, clause_start, start) or _ABSTRACT_SMALL.match(text, end) is not None
    if _ABSTRACT_SMALL.match(text, end) and unit in ("个", "项", "条", "张", "种", "类", "支", "大", "位", "套"):
        return True
    if unit in ("位", "种", "类", "面", "级", "口", "头"):
        return True
    if unit in ("个", "项", "条", "套", "张") and text[end:end + 1] in ("，", "。", "、", ",", ";", "；", "”", ""):
        return not re.search(r"[\u4e00-\u9fff]{2}$", text[clause_start:start]) or not _DOING.search(text, clause_start, start)
    if unit in ("名", "人", "位", "家", "户") and not text[clause_start:start].strip() and _GOT.search(text, end, end + 12):
        return False  # 两名干部通过司法考试
    return not _DOING.search(text, clause_start, start)


def _rejects_one(text: str, quantity: Quantity, clause_start: int) -> bool:
    start, end, unit = quantity.start, quantity.end, quantity.unit
    if unit not in ("次", "场", "场次", "期", "轮", "堂"):
        return True
    if _PER.search(text, clause_start, start):
        return False
    lead = text[clause_start:start]
    if _ONE_OF.search(lead) is None:
        return True
    # 召开会议一次 and 组织了一次培训 count an act; 开展一次性, 进行一次又一次 do not
    return "每" in lead or text[end:end + 1] in ("又", "次", "性")
