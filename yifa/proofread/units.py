"""Units and measure words (计量单位、量词) that make a number a figure."""

from __future__ import annotations

from .text import words

COUNT = words(
    "次 人次 件 件次 起 起次 宗 宗次 例 例次 桩 个 个次 名 位 人 户 户次 家 家次 份 册 本 张 条 条次 项 项次 期 期次 场 场次 批 批次"
    " 组 组次 台 台次 台套 套 辆 辆次 部 架 架次 艘 面 幅 块 处 处次 间 座 所 所次 栋 幢 支 只 头 棵 株 枝 篇 篇次 则 集 卷 卷宗"
    " 轮 轮次 遍 趟 堂 节 节次 讲 班 班次 车次 笔 单 票 对 盏 箱 枚 副 片 段 口 盒 根 捆 粒 学时 课时 种 类 幕 桶 瓶 袋 顶 尊"
    " 点次 站次 村次 批件 件套 人天 队次 机次 条数 封 款 道 把 门 页 枪 眼 回 单次 卷册"
) - frozenset(["款", "枪", "条数", "眼", "把"])
MEASURE = words(
    "平方米 平方公里 ㎡ m² m2 平米 平方 方 立方米 立方 m³ 亩 公顷 公里 千米 米 延米 吨 公斤 千克 斤 元 美元 km 千瓦 千瓦时"
    " 字 分 升 克"
)
RATE = frozenset(["%", "％", "‰", "个百分点", "百分点", "个点", "﹪"])
UNITS = COUNT | MEASURE | RATE
LONGEST = max(map(len, UNITS))

# What looks like a unit but is the start of a word that is none: 个 of 个月, 人 of 人民, 户 of 户籍 ...
NOT_UNIT_BEFORE: dict[str, tuple[str, ...]] = {
    "个": ("个月", "个工作日", "个小时", "个季度", "个年头", "个自然日", "个学期", "个五年", "个多月", "个半月", "个交易日",
           "个星期", "个周", "个日", "个日历", "个人", "个体", "个性", "个别"),
    "人": ("人民", "人大", "人员", "人居", "人社", "人口", "人均"),
    "家": ("家庭", "家长", "家事", "家风"),
    "条": ("条例", "条规", "条线"),
    "项": ("项目",),
    "组": ("组织",),
    "户": ("户籍", "户外"),
    "部": ("部门", "部署", "部委", "部分"),
    "面": ("面对", "面向", "面貌"),
    "所": ("所有", "所在"),
    "处": ("处理", "处置", "处罚", "处长"),
    "节": ("节日", "节点"),
    "分": ("分类", "分别", "分管", "分析", "分钟", "分局", "分级", "分之", "分工", "分为", "分片"),
    "方": ("方案", "方面", "方式", "方向", "方法"),
    "字": ("字第", "字号"),
    "对": ("对象", "对口", "对接", "对照", "对外"),
    "单": ("单位",),
    "支": ("支部", "支持", "支撑"),
    "期": ("期间", "期限", "期满"),
    "次": ("次要", "次日", "次年", "次性"),
    "份": ("份子",),
    "位": ("位一体", "位于", "位置"),
    "名": ("名称", "名录", "名单"),
    "类": ("类型",),
    "种": ("种植",),
    "班": ("班子",),
    "讲": ("讲解", "讲话"),
    "场": ("场所", "场镇", "场景"),
    "头": ("头盔",),
    "片": ("片区",),
    "口": ("口头",),
    "批": ("批准", "批复", "批评"),
    "集": ("集体", "集中", "集镇", "集市"),
    "台": ("台账", "台帐", "台阶"),
    "门": ("门户", "门口", "门前"),
    "道": ("道路", "道德"),
    "回": ("回访", "回复"),
    "克": ("克服",),
    "升": ("升级",),
}

NORMAL = {"％": "%", "﹪": "%"}


# … unless the word goes on so that the measure word stands after all: 3个|人民调解委员会, 12项|目标任务, 3名|单位负责人.
_AFTER_ALL = ("个人民", "个人大", "个人员", "个人才", "个人社", "个人居", "个人工", "个体育", "项目标", "名单位", "家家", "件件", "条条", "组组")


def unit_at(text: str, position: int) -> str | None:
    """The unit that begins at ``position``, longest first, or None if no unit stands there."""
    for length in range(min(LONGEST, 5), 0, -1):
        word = text[position:position + length]
        if word in UNITS and len(word) == length:
            starts = NOT_UNIT_BEFORE.get(word)
            if starts is not None and text.startswith(starts, position) and not text.startswith(_AFTER_ALL, position):
                return None
            return word
    return None
