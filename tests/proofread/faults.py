"""Faults planted in clean reports: what is changed, and the kind of finding that must tell of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """``plant`` returns the spoilt text; ``kinds``: any of them counts as found; ``near``: words that the finding must touch."""

    name: str
    sample: str
    plant: Callable[[str], str]
    kinds: tuple[str, ...]
    near: str


def swap(old: str, new: str) -> Callable[[str], str]:
    """Replace the first ``old``, which must be there."""
    def plant(text: str) -> str:
        assert old in text, old
        return text.replace(old, new, 1)
    return plant


def drop(start: str, stop: str) -> Callable[[str], str]:
    """Leave out everything from ``start`` up to ``stop``."""
    def plant(text: str) -> str:
        first, last = text.index(start), text.index(stop)
        assert first < last
        return text[:first] + text[last:]
    return plant


def double(start: str, stop: str, before: str) -> Callable[[str], str]:
    """Paste the passage from ``start`` to ``stop`` once more in front of ``before``."""
    def plant(text: str) -> str:
        first = text.index(start)
        passage = text[first:text.index(stop, first) + len(stop)]
        return text.replace(before, passage + "\n" + before, 1)
    return plant


FAULTS = [
    Fault("办结率算错", "a.txt", swap("办结率97.3%", "办结率93.7%"), ("rate_mismatch",), "93.7"),
    Fault("成功率算错", "a.txt", swap("调解成功率98.1%", "调解成功率91.8%"), ("rate_mismatch",), "91.8"),
    Fault("成功多于调解", "a.txt", swap("调解成功211件", "调解成功221件"), ("part_exceeds_total", "rate_mismatch"), "221"),
    Fault("分类合计不符", "a.txt", swap("邻里纠纷85件", "邻里纠纷35件"), ("sum_mismatch",), "35"),
    Fault("办结多于受理", "a.txt", swap("办结71件", "办结77件"), ("part_exceeds_total", "rate_mismatch"), "77"),
    Fault("引用废止条例", "a.txt", swap("三、党政", "严格执行《信访条例》。\n三、党政"), ("repealed_statute",), "信访条例"),
    Fault("引用旧合同法", "a.txt", swap("审查合同41份", "依据《合同法》审查合同41份"), ("repealed_statute",), "合同法"),
    Fault("引用婚姻法", "c.txt", swap("《中华人民共和国治安管理处罚法》", "《中华人民共和国婚姻法》"), ("repealed_statute",), "婚姻法"),
    Fault("引用未施行的法", "a.txt", swap("落实行政执法“三项制度”", "依据《法治宣传教育法》落实行政执法“三项制度”"), ("not_yet_effective",),
          "法治宣传教育法"),
    Fault("引用未施行条例", "c.txt", swap("（六）畅通", "根据《行政执法监督条例》第六条开展监督。\n    （六）畅通"), ("not_yet_effective",), "行政执法监督"),
    Fault("条号超出", "a.txt", swap("规范决策程序，坚持依法决策。", "规范决策程序。依据《中华人民共和国行政处罚法》第一百二十条办理。"), ("wrong_article",),
          "第一百二十条"),
    Fault("书名误写", "a.txt", swap("《重大行政决策程序暂行条例》", "《重大行政决策程序暂行规例》"), ("wrong_title",), "规例"),
    Fault("书名误写二", "d.txt", swap("《传染病防治法》", "《中华人民共和国行政处法法》"), ("wrong_title",), "处法法"),
    Fault("缺问题部分", "a.txt", drop("二、存在的不足", "三、党政"), ("missing_part",), ""),
    Fault("缺履职部分", "a.txt", drop("三、党政主要", "四、2024"), ("missing_part",), ""),
    Fault("缺下年安排", "a.txt", drop("四、2024", "五、其他"), ("missing_part",), ""),
    Fault("缺成效部分", "a.txt", drop("一、主要举措", "二、存在"), ("missing_part",), ""),
    Fault("序号跳过", "a.txt", swap("（四）化解", "（五）化解"), ("heading_numbering",), "（五）化解"),
    Fault("一级序号重复", "b.txt", swap("三、2023年工作计划", "二、2023年工作计划"), ("heading_numbering",), "二、2023"),
    Fault("列举序号跳过", "c.txt", swap("三是抓督促", "四是抓督促"), ("heading_numbering",), "四是"),
    Fault("段落重复", "a.txt", double("（五）深化普法", "64名。", "二、存在"), ("duplicate_passage",), "深化普法"),
    Fault("句子重复", "b.txt", double("部分居民法律意识不强", "养成。", "三、2023"), ("duplicate_passage",), "部分居民"),
    Fault("书签", "a.txt", swap("（二）规范", "[bookmark: _GoBack]（二）规范"), ("junk_text",), "bookmark"),
    Fault("问号", "b.txt", swap("优化政务服务", "????优化政务服务"), ("junk_text",), "????"),
    Fault("占位符", "a.txt", swap("青溪镇深入", "XX镇深入"), ("junk_text",), "XX"),
    Fault("占位叉", "b.txt", swap("白鹭街道在区委", "××街道在区委"), ("junk_text",), "××"),
    Fault("网页代码", "a.txt", swap("二、存在", "&nbsp;&nbsp;二、存在"), ("junk_text",), "&nbsp;"),
    Fault("标签", "b.txt", swap("二、存在", "<br/>二、存在"), ("junk_text",), "<br/>"),
    Fault("丢字", "a.txt", swap("人民调解员68名", "人民调*员68名"), ("junk_text",), "*"),
    Fault("略", "a.txt", swap("其他纠纷27件", "（略）其他纠纷27件"), ("junk_text",), "略"),
    Fault("替代符", "a.txt", swap("法治素养", "法治\ufffd\ufffd"), ("junk_text",), "\ufffd"),
    Fault("待填", "c.txt", swap("审查重大行政决策事项7项", "审查重大行政决策事项（此处填写）项"), ("junk_text",), "此处填写"),
    Fault("网页框架", "a.txt", swap("云栖县青溪镇人民政府关于", "当前位置：首页 > 政务公开 > 法治政府\n索引号：123456/2024-001\n云栖县青溪镇人民政府关于"),
          ("junk_text",), "索引号"),
    Fault("开头年份错", "a.txt", swap("现将2023年度", "现将2022年度"), ("year_mismatch",), "2022"),
    Fault("下年写错", "a.txt", swap("四、2024年主要安排", "四、2023年主要安排"), ("year_mismatch",), "2023"),
    Fault("标题年份错", "c.txt", swap("一、2024年推进", "一、2023年推进"), ("year_mismatch",), "2023"),
    Fault("正文年份错", "a.txt", swap("2023年，青溪镇", "2021年，青溪镇"), ("year_mismatch",), "2021"),
    Fault("身份证", "a.txt", swap("化解信访积案", "化解信访积案") if False else swap("受理信访事项73件", "受理张某（身份证号330102199003074518）等信访事项73件"),
          ("personal_data",), "3301"),
    Fault("手机号", "b.txt", swap("街道领导接访48批次", "街道领导（联系电话13812345678）接访48批次"), ("personal_data",), "138"),
    Fault("当事人姓名", "c.txt", swap("包案化解", "包案化解，信访人王小明，已息访"), ("personal_data",), "王小明"),
    Fault("银行卡", "a.txt", swap("罚没款4.8万元", "罚没款4.8万元（账号6222021234567890128）"), ("personal_data",), "6222"),
    Fault("日期不存在", "a.txt", swap("2024年1月18日", "2024年2月30日"), ("invalid_date",), "2月30日"),
    Fault("月份不存在", "b.txt", swap("全年主持召开", "截至2022年13月，主持召开"), ("invalid_date",), "13月"),
    Fault("单位误", "a.txt", swap("发放宣传资料1.2万余份", "发放宣传资料1.2万余人次"), ("unit_mismatch",), "1.2"),
    Fault("率的单位误", "a.txt", swap("办结率97.3%", "办结率97.3件"), ("unit_mismatch",), "97.3"),
    Fault("人员单位误", "a.txt", swap("人民调解员68名", "人民调解员68件"), ("unit_mismatch",), "68"),
    Fault("万元误", "a.txt", swap("罚没款4.8万元", "罚没款48000万元"), ("unit_mismatch",), "48000"),
    Fault("小数件", "a.txt", swap("调解215件，", "调解21.5件，"), ("fraction_count", "part_exceeds_total", "rate_mismatch"), "21.5"),
    Fault("比率过百", "a.txt", swap("参考率100%", "参考率108%"), ("rate_over_100",), "108"),
    Fault("同比算错", "c.txt", swap("下降37.5%", "下降73.5%"), ("year_on_year_mismatch",), "73.5"),
    Fault("整改多于发现", "c.txt", swap("已整改121处", "已整改211处"), ("part_exceeds_total", "rate_mismatch"), "211"),
    Fault("整改率算错", "c.txt", swap("整改率96%", "整改率69%"), ("rate_mismatch",), "69"),
    Fault("合计不符", "c.txt", swap("其中合同类28份", "其中合同类38份"), ("sum_mismatch", "part_exceeds_total"), "38"),
    Fault("化解率算错", "b.txt", swap("化解率98.5%", "化解率95.8%"), ("rate_mismatch",), "95.8"),
    Fault("成功率算错二", "d.txt", swap("成功率97.75%", "成功率97.57%"), ("rate_mismatch",), "97.57"),
    Fault("通过多于参加", "d.txt", swap("25人通过", "29人通过"), ("part_exceeds_total",), "29"),
    Fault("引号不配", "a.txt", swap("“三项制度”", "“三项制度"), ("unbalanced_marks",), "“三项"),
    Fault("书名号不配", "b.txt", swap("1.加强组织领导。", "1.加强组织领导。落实《公务员法要求。"), ("unbalanced_marks",), "《公务员法"),
    Fault("旧机构名", "a.txt", swap("镇党委书记、镇长坚持", "县法制办指导，镇党委书记、镇长坚持"), ("stale_body_name",), "县法制办"),
    Fault("规划期已过", "a.txt", swap("《法治政府建设实施纲要（2021—2025年）》", "《法治政府建设实施纲要（2015—2020年）》"), ("stale_plan",), "2015"),
    Fault("普法规划错", "d.txt", swap("以“七五”普法为抓手", "以“六五”普法为抓手"), ("stale_plan",), "六五"),
    Fault("起止年份错", "a.txt", swap("（2021—2025年）", "（2025—2025年）"), ("invalid_period", "wrong_title", "stale_plan"), "2025"),
    Fault("密级标志", "a.txt", swap("云栖县青溪镇人民政府关于", "机密★1年\n云栖县青溪镇人民政府关于"), ("secret_marking",), "机密"),
    Fault("数字前后不一", "a.txt", swap("三、党政", "全镇人民调解员86名，队伍稳定。\n三、党政"), ("figure_conflict",), "86"),
    Fault("会议未召开", "d.txt", swap("认真贯彻落实中共中央", "认真学习党的二十大精神,贯彻落实中共中央"), ("meeting_not_yet_held",), "二十大"),
    Fault("修订不存在", "c.txt", swap("坚持和发展新时代“枫桥经验”", "依据新修订的《人民调解法》开展工作"), ("wrong_edition",), "人民调解法"),
]
