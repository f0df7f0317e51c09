"""Places and persons of the demonstration. All are made up; ID numbers carry birth dates of the nineteenth century."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from yifa.procedure.identifiers import id_check_character

COUNTY = ("999901", "云河县")
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"
_GIVEN = "安柏昌诚传春德登恩方福刚广国海和恒洪华怀会吉嘉建江杰金敬静军康来兰乐礼立良林玲梅敏明宁平齐启清庆仁荣瑞善尚绍生士书树顺松泰天廷伟文武贤祥小晓新兴秀学雅延义英永有玉元远月云泽振正志中忠自宗祖"  # noqa: E501
_STREETS = ("东风", "溪口", "石桥", "向阳", "柳荫", "河西", "塘头", "新民", "古井", "南坪", "大岭", "青冲")


@dataclass(frozen=True)
class Town:
    """A township government and its villages."""

    code: str
    name: str
    short: str
    villages: dict[str, str]
    staff: list[str] = field(default_factory=list)
    officers: list[str] = field(default_factory=list)
    lawyers: list[str] = field(default_factory=list)


_VILLAGES = {
    "999901101": ("青石镇", ["石桥村", "溪口村", "东岭村", "上塘村", "下塘村", "枫树村", "古井村", "青石社区"]),
    "999901102": ("柳林镇", ["柳荫村", "河西村", "新民村", "南坪村", "大岭村", "向阳村", "沙洲村", "柳林社区", "南门社区"]),
    "999901201": ("白沙乡", ["白沙村", "青冲村", "高坪村", "竹园村", "双溪村", "莲塘村"]),
}


class People:
    """Names and numbers drawn from one generator, so that the same seed gives the same persons."""

    def __init__(self, rng: random.Random):
        self.rng = rng

    def name(self) -> str:
        return self.rng.choice(_SURNAMES) + "".join(self.rng.sample(_GIVEN, self.rng.choice((1, 2, 2))))

    def id_number(self) -> str:
        """A number with a right check character and a birth date before 1900: no living person's."""
        first = f"110101{self.rng.randint(1881, 1899)}{self.rng.randint(1, 12):02d}{self.rng.randint(1, 28):02d}{self.rng.randint(1, 999):03d}"
        return first + id_check_character(first)

    def phone(self) -> str:
        return f"000-{self.rng.randint(0, 9_999_999):07d}"

    def address(self, village: str) -> str:
        return f"{village}{self.rng.choice(_STREETS)}组{self.rng.randint(1, 80)}号"


def towns(rng: random.Random) -> list[Town]:
    """The three towns with their staff."""
    people = People(rng)
    found = []
    for code, (name, villages) in _VILLAGES.items():
        codes = {f"{code}{200 + i:03d}" if "村" in v else f"{code}{i:03d}": v for i, v in enumerate(villages, 1)}
        found.append(Town(code, name, name, codes, [people.name() for _ in range(12)],
                          [people.name() for _ in range(6)], [people.name() for _ in range(3)]))  # fmt: skip
    return found
