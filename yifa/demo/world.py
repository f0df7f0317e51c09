"""Places and persons of the demonstration (演示县). All are made up; ID numbers carry birth dates before 1900."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from yifa.procedure.identifiers import id_check_character

COUNTY = ("999901", "云河县")
FIRM = "云河县清风律师事务所"
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严魏陶姜戚谢邹喻柏窦章苏潘葛奚范彭郎"
_GIVEN = (
    "安柏昌诚传春德登恩方福刚广国海和恒洪怀会吉嘉建江杰敬静军康来兰乐礼立良林玲梅敏明宁平齐启清庆仁荣瑞善尚绍生士书"
    "树顺松泰天廷伟文武贤祥晓新兴秀学雅延义英永有玉元远月泽振正志中忠宗祖"
)
_GROUPS = ("东风", "溪口", "石桥", "向阳", "柳荫", "河西", "塘头", "新民", "古井", "南坪", "大岭", "青冲")


class People:
    """Names and numbers drawn from one generator, so that the same seed gives the same persons."""

    def __init__(self, rng: random.Random):
        self.rng = rng

    def name(self) -> str:
        """A name of three characters, put together by chance."""
        return self.rng.choice(_SURNAMES) + "".join(self.rng.sample(_GIVEN, 2))

    def names(self, n: int) -> list[str]:
        """``n`` different names."""
        found: dict[str, None] = {}
        while len(found) < n:
            found[self.name()] = None
        return list(found)

    def id_number(self) -> str:
        """A number with a right check character and a birth date before 1900: no living person's."""
        r = self.rng
        first = f"110101{r.randint(1881, 1899)}{r.randint(1, 12):02d}{r.randint(1, 28):02d}{r.randint(1, 999):03d}"
        return first + id_check_character(first)

    def phone(self) -> str:
        """A number with the area code 000, which nobody has."""
        return f"000-{self.rng.randint(0, 9_999_999):07d}"

    def address(self, village: str) -> str:
        return f"{village}{self.rng.choice(_GROUPS)}组{self.rng.randint(1, 80)}号"


@dataclass(frozen=True)
class Town:
    """A township government: its villages (code -> name), its people by what they do, and how busy it is."""

    code: str
    name: str
    villages: dict[str, str]
    size: float
    staff: list[str] = field(default_factory=list)
    officers: list[str] = field(default_factory=list)
    lawyers: list[str] = field(default_factory=list)
    mediators: dict[str, list[str]] = field(default_factory=dict)

    @property
    def leaders(self) -> list[str]:
        """Heads who approve and decide; they handle no case themselves."""
        return self.staff[:4]

    @property
    def reviewers(self) -> list[str]:
        """Legal reviewers (法制审核人员), kept apart from the officers."""
        return self.staff[4:6]

    @property
    def clerks(self) -> list[str]:
        return self.staff[6:]

    def lawyer_of(self, village: str) -> str:
        """The counsel of a village: always the same one."""
        return self.lawyers[list(self.villages).index(village) % len(self.lawyers)]

    @property
    def short(self) -> str:
        """As numbers of documents use it: 青石镇 -> 青石."""
        return self.name[:-1]


_TOWNS = (
    ("999901101", "青石镇", 1.0, ["石桥村", "溪口村", "东岭村", "上塘村", "下塘村", "枫树村", "古井村", "青石社区"]),
    ("999901102", "柳林镇", 1.15,
     ["柳荫村", "河西村", "新民村", "南坪村", "大岭村", "向阳村", "沙洲村", "柳林社区", "南门社区"]),
    ("999901201", "白沙乡", 0.8, ["白沙村", "青冲村", "高坪村", "竹园村", "双溪村", "莲塘村"]),
)  # fmt: skip


def towns(seed: str) -> list[Town]:
    """The three towns with their staff; villages have codes of twelve digits (2xx village, 0xx community)."""
    found = []
    for code, name, size, villages in _TOWNS:
        people = People(random.Random(f"{seed}/{code}/people"))
        codes = {f"{code}{200 + i:03d}" if v.endswith("村") else f"{code}{i:03d}": v for i, v in enumerate(villages, 1)}
        named = people.names(21 + 4 * (len(codes) + 1))
        mediators = {c: named[21 + 4 * i : 25 + 4 * i] for i, c in enumerate([*codes, code])}
        found.append(Town(code, name, codes, size, named[:12], named[12:18], named[18:21], mediators))
    return found
