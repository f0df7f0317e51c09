"""What does not belong to a report's text: web-page chrome, remains of word processors, placeholders, lost characters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(slots=True)
class Junk:
    """A stretch that is no text of the report; ``why`` in a clerk's words; ``chrome``: a web page's frame."""

    start: int
    end: int
    why: str
    chrome: bool = False


_CHROME_LINE = re.compile(
    r"^[\s•·*>»|【\[]*(?:"
    r"(?:信息)?索引号|信息索引号?|(?:信息)?分类|公开(?:方式|范围|时限|目录|日期)|(?:信息)?来源|稿件来源|文章来源|发布(?:日期|时间|机构|单位)|发文(?:字号|机关|日期)|"
    r"(?:成文|生成|印发)日期|主题(?:分类|词)|审核程序|有效性|文号|作者|编辑|责任编辑|责编|审核|浏览(?:次数|量)?|访问(?:次数|量)?|阅读(?:次数|量)?|点击(?:数|量|率)?|"
    r"字体(?:大小)?|字号|分享到?|日期|时间|名称|政府网站标识码|网站标识码|技术支持|主办(?:单位)?|承办(?:单位)?|联系方式"
    r")\s*[:：\[【〔].*$"
    r"|^[\s•·*>»\-]*[|\[【]{0,2}\s*(?:索引号|发文字号|发布机构|主题分类|体裁分类|成文日期|发布日期|公开形式|公开方式|生成日期|关键词|信息分类|有效性|文号)\s*[|\]】].*$"
    r"|^[\s\-]*(?:索引号|发布机构|发布日期|时效性|文号|信息来源|公开目录)(?:[\w/\-]{0,40}|有效|无)?$"
    r"|^[\s]*(?:语音播报|语音合成中.*|(?:进入|退出)播报模式|朗读|听全文)\s*$"
    r"|^[\s>»|]*(?:您(?:现在|当前)?(?:所在)?的?位置|当前位置|首页)\s*(?:[:：>»/|].*)?$"
    r"|^\s*>>.*$"
    r"|^.{0,40}(?:扫一扫|微信扫码)(?:.{0,6})?(?:手机|查看|打开|分享|关注|在).{0,20}$"
    r"|^[\s【\[]*(?:打印(?:本页|此页|文章)?|关闭(?:窗口|本页)?|收藏(?:本页)?|返回顶部|分享|大\s*中\s*小|上一篇|下一篇)(?:[\s|】\]/：:].*)?$"
    r"|^.*(?:ICP备|公网安备|版权所有|网站地图|政府网站找错|无障碍(?:浏览|阅读)|长者模式|附件下载|返回顶部).*$"
    r"|^.{0,60}(?:发布(?:时间|日期)|信息来源|来源)\s*[:：].*(?:次数|浏览|字体|来源|字号|打印|阅读|点击|作者).*$"
    r"|^.{0,40}(?:浏览|访问|阅读|点击)(?:次数|量|数)\s*[:：]?\s*\d*.*$"
)
_HEADS = frozenset("一二三四五六七八九十（(第")
_HINT = re.compile(r"[:：>|【\[]|次数|扫一扫|版权|备案|附件下载|返回顶部")
_INLINE_WORDS = ("字体", "字号", "责任编辑", "次数", "浏览量", "访问量", "阅读量", "点击量", "打印本页", "关闭窗口", "索引号", "扫一扫")
_INLINE = re.compile(
    r"(?:【|\[)?(?:字体|字号)(?:大小)?[:：]?\s*(?:【|\[)?\s*大\s*中\s*小\s*(?:】|\])?|责任编辑[:：]\s*[\u4e00-\u9fff]{2,4}|"
    r"(?:浏览|访问|阅读|点击)(?:次数|量)[:：]\s*\d+\s*次?|打印本页|关闭窗口|(?:信息)?索引号[:：]\s*[\w/\-]+|扫一扫(?:在)?手机[\u4e00-\u9fff]{2,8}"
)

_MARKS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("bookmark", re.compile(r"\[bookmark:[^\]\n]*\]"), "文字处理软件留下的书签标记"),
    ("_GoBack", re.compile(r"(?<!\[bookmark: )_GoBack"), "文字处理软件留下的书签标记"),
    ("_Toc", re.compile(r"_Toc\d*"), "文字处理软件留下的目录标记"),
    ("HYPERLINK", re.compile(r"HYPERLINK[^\n\u4e00-\u9fff]*"), "文字处理软件留下的链接标记"),
    ("PAGE", re.compile(r"(?:MERGEFORMAT|PAGEREF|\\\* ?MERGE|PAGE +\\\*)[^\n\u4e00-\u9fff]*"), "文字处理软件留下的域代码"),
    ("??", re.compile(r"\?{2,}"), "不能显示的字符变成了问号"),
    ("？？", re.compile(r"？{3,}"), "不能显示的字符变成了问号"),
    ("略", re.compile(r"[（(] ?略 ?[）)]"), "原文被省略而没有补上"),
    ("&", re.compile(r"&(?:nbsp|amp|lt|gt|quot|ldquo|rdquo|mdash|middot|emsp|ensp|hellip|#\d{2,5}|#x[0-9a-fA-F]{2,4});?"), "网页代码没有转换成文字"),
    ("<", re.compile(r"</?(?:p|br|div|span|strong|b|font|td|tr|table|a|img|style|script|o:p|h\d|li|ul)\b[^>\n]{0,200}/?>",
                      re.IGNORECASE), "网页代码没有清除"),
    ("\ufffd", re.compile("\ufffd+"), "文字丢失，成了替代符"),
    ("锟", re.compile("(?:锟斤拷|锟斤|斤拷)+"), "编码出错的乱码"),
    ("烫", re.compile("烫{3,}"), "编码出错的乱码"),
    ("屯", re.compile("屯{3,}"), "编码出错的乱码"),
    ("Ã", re.compile(r"[ÃÂâåæçèéä][\x80-\xbf€™œžŸ¢-¿\w]{1,}"), "编码出错的乱码"),
    ("â€", re.compile(r"â€[\S]{0,2}"), "编码出错的乱码"),
    ("*", re.compile(r"(?<=[\u4e00-\u9fff])\*{1,4}(?=[\u4e00-\u9fff，。、；])|\*{3,}"), "文字丢失，成了星号"),
    ("#", re.compile(r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!)"), "表格软件的出错标记"),
    ("错误", re.compile(r"错误[!！]\s?(?:未找到引用源|未定义书签|文档中没有)[^\n。]{0,12}[。.]?"), "文字处理软件的出错标记"),
    ("填", re.compile(r"[（(\[【]?(?:此处填写|请填写|待填写?|填写内容|请在此输入)[^，。\n]{0,12}[）)\]】]?"), "待填的占位文字"),
    ("待补", re.compile(r"[（(\[【]?(?:此处)?待补充?(?=[）)\]】，。；\n]|$)[）)\]】]?"), "待填的占位文字"),
    ("待定", re.compile(r"[（(\[【]待定[）)\]】]"), "待填的占位文字"),
    ("输入", re.compile(r"[（(\[【]?(?:请输入|单击此处输入|点击此处输入|在此处?输入)[^，。\n]{0,12}[）)\]】]?"), "待填的占位文字"),
    ("orem", re.compile(r"[Ll]orem ipsum[^\u4e00-\u9fff\n]*"), "排版用的占位文字"),
    ("XX", re.compile(r"[XxＸｘ]{2,4}(?=[镇乡村县区市年月日街社局名人件次个号%]|街道|同志|书记|镇长|单位|部门|有限)|(?<=[\u4e00-\u9fff])[XＸ]{2,4}(?=[\u4e00-\u9fff，。、])"),
     "没有填写的占位符"),
    ("xx", re.compile(r"(?<![A-Za-z])x{2,4}(?=[镇乡村县区市年月日街社局名人件次个号])"), "没有填写的占位符"),
    ("X", re.compile(r"(?<![A-Za-z+＋])X(?=[镇乡村县月日](?![A-Za-z]))"), "没有填写的占位符"),
    ("×", re.compile(r"×{2,}(?=[镇乡村县区市年月日街社局名人件次个]|[\u4e00-\u9fff])|20××"), "没有填写的占位符"),
    ("〇〇", re.compile(r"[〇○]{2,}(?=[镇乡村县区市])"), "没有填写的占位符"),
    ("__", re.compile(r"_{2,}"), "没有填写的空格线"),
    ("{{", re.compile(r"\{\{[^}\n]{0,40}\}\}"), "模板变量没有替换"),
    ("${", re.compile(r"\$\{[^}\n]{0,40}\}"), "模板变量没有替换"),
    ("undefined", re.compile(r"\bundefined\b"), "程序输出的空值"),
    ("NaN", re.compile(r"(?<![A-Za-z])NaN(?![A-Za-z])"), "程序输出的空值"),
    ("null", re.compile(r"(?<![A-Za-z])null(?![A-Za-z])"), "程序输出的空值"),
    ("口口", re.compile("口{3,}|[□■�]{2,}"), "不能显示的字符成了方框"),
    ("□", re.compile("□{1,}(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])□{1,}"), "不能显示的字符成了方框"),
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ue000-\uf8ff\u200b\u200e\u200f\u2028\u2029\ufeff]+")
_TRIGGER = re.compile("[" + re.escape("".join(sorted({gate[0] for gate, _, _ in _MARKS}))) + _CONTROL.pattern[1:-2] + "]")


def chrome(text: str, lines: Sequence[tuple[int, int]], title_start: int) -> list[Junk]:
    """The frame of a web page around and in the report: lines that are nothing else, neighbours joined."""
    found: list[Junk] = []
    for start, end in lines:
        length = end - start
        if not length or length > 160 or text[end - 1] in "。；" or text[start] in _HEADS:
            continue
        if length > 40 and not _HINT.search(text, start, end):
            continue
        if _CHROME_LINE.match(text[start:end]):
            if found and not text[found[-1].end:start].strip():
                found[-1].end = end
            else:
                found.append(Junk(start, end, "网页框架文字混入正文", True))
    if not any(word in text for word in _INLINE_WORDS):
        return _with_head(text, found, title_start)
    for match in _INLINE.finditer(text):
        if not any(junk.start <= match.start() < junk.end for junk in found):
            found.append(Junk(match.start(), match.end(), "网页框架文字混入正文", True))
    return _with_head(text, found, title_start)


def _with_head(text: str, found: list[Junk], title_start: int) -> list[Junk]:
    """Chrome before the title takes everything up to the title with it."""
    found.sort(key=lambda junk: junk.start)
    if title_start and found and found[0].start < title_start:
        before = [junk for junk in found if junk.start < title_start]
        head = Junk(before[0].start, max(before[-1].end, _last_word(text, title_start)), before[0].why, True)
        found = [head, *found[len(before):]]
    return found


def _last_word(text: str, end: int) -> int:
    while end > 0 and text[end - 1].isspace():
        end -= 1
    return end


def junk(text: str) -> Iterator[Junk]:
    """Remains of software, lost characters and placeholders inside the text."""
    seen = set(_TRIGGER.findall(text))
    if not seen:
        return
    for gate, pattern, why in _MARKS:
        if gate[0] in seen and gate in text:
            for match in pattern.finditer(text):
                yield Junk(match.start(), match.end(), why)
    for match in _CONTROL.finditer(text) if any(map(_CONTROL.match, seen)) else ():
        yield Junk(match.start(), match.end(), "不能显示的控制字符")
