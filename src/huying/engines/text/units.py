"""Recognise the name of an organisation by its shape: division prefix, stem, head word.

Needed where the list of units is not at hand (texts of a city before its units are imported) and for short forms that
no list has ("市城管", "龙华住建", "公安机关").
"""

import re

_STEM = r"[一-鿿A-Za-z0-9“”·]"
# Heads that end an organisation's name, longest first where one contains another.
_HEADS = (
    "人民政府|区政府|市政府|县政府|镇政府|乡政府|省政府|政府办公室|政府|管理委员会|委员会|管委会|居委会|村委会|街道办事处|办事处|街道办|"
    "街道|派出所|交警队|交警支队|支队|大队|中队|总队|执法队|消防队|有限责任公司|股份有限公司|有限公司|分公司|公司|集团|"
    "服务中心|指挥中心|管理中心|监督中心|中心|管理局|监督局|分局|局|管理所|养护所|绿管所|环卫所|工商所|国土所|所|指挥部|"
    "法院|检察院|仲裁院|联合会|总工会|妇联|残联|团委|专席|物业办|管理办|征收办|双创办|拆迁办|棚改办|环保办|办公室|"
    "部门|机关|管理处|事务处|管理站|收费站|客服|机场|火车站|汽车站|车管所|营业厅|银行|学校|医院|开发区|保税区|农场|社区"
)
_SHORT = (
    "交通警察|交警|公安|刑警|巡警|特警|民警|城管执法|城市管理|城管|消防|工商|国税|地税|税务|住建|国土资源|国土|规划|环保|生态环境|环卫|"
    "园林绿化|园林|绿化|教育|卫生计生|卫计|卫生|卫健|民政|人社|社保|劳动监察|劳动保障|劳动|物价|食药监|药监|质监|质量技术监督|"
    "市场监管|市监|交通运输|交通港航|港航|水务|水利|农业|林业|渔业|海洋|文体|文广|旅游|商务|发改|财政|审计|司法|信访|供电|电力|供水|"
    "供气|燃气|排水|市政维修|市政|路灯|房管|房产|房屋征收|公积金|医保|人防|民防|气象|烟草|邮政|移动|联通|电信|铁塔|有线电视|"
    "公交集团|公交|公路|路政|运管|港务|轮渡|海事|殡葬|残联|妇联|共青团|数字城管|综合执法|行政执法|应急管理|应急|政务|"
    "应急|退役军人|网信|统计|档案|海关|铁路|动物防疫|畜牧|疾控"
)
_DIVISION = r"(?:[一-鿿]{1,6}?(?:自治区|省|市|区|县|镇|乡|街道)|市|省|区|县|该区|辖区|我市|本市|所属|属地)"
_NAME = re.compile(
    rf"(?:{_DIVISION}){{0,3}}(?:(?:{_STEM}{{0,14}}?)(?:{_HEADS})(?:{_HEADS})?|(?:{_SHORT})(?:{_HEADS}|局局|局|队|办|委)?)"
    r"(?:(?:和|及|与|、|或)"
    rf"(?:{_STEM}{{0,10}}?(?:{_HEADS})|(?:{_SHORT})(?:{_HEADS})?))*"
    r"(?:的?(?:工作人员|负责人|领导|相关部门|执法人员))?"
)
_AREA = re.compile(rf"(?:{_DIVISION})$")
# Words that cannot stand inside a name: the "name" would be part of a sentence.
_BROKEN = re.compile(
    r"[的了着把被给让使我你您他她其这那]|是否|怎么|什么|如何|哪|处理|核实|联系|尽快|到.|向|往|对|从|通知|要求|希望|帮|业主|"
    r"来电人|当事人|诉求人|市民(?!政|防|云)|客户|用户|病假|事假|责令|配合|直接|安排|权利|督促"
)
_VERB_LIKE = re.compile(r"^(?:规划|教育|绿化|移动|审计|统计|交通|旅游|卫生|劳动|消防|供水|供电|供气|排水|应急)$")


def organisation_at(text: str, start: int, names: frozenset[str] = frozenset()) -> int | None:
    """End of an organisation's name that begins at `start`, or None. Given names win over shapes."""
    best = _listed_end(text, start, names)
    if best is not None:
        return best
    match = _NAME.match(text, start)
    if match is None or match.end() == start:
        area = _area_end(text, start)
        return area
    name = match.group()
    if _BROKEN.search(name) or _VERB_LIKE.match(name):
        return None
    return match.end()


def is_organisation(text: str, names: frozenset[str] = frozenset()) -> bool:
    """Does the whole string read as one organisation?"""
    return organisation_at(text, 0, names) == len(text)


def _listed_end(text: str, start: int, names: frozenset[str]) -> int | None:
    if not names:
        return None
    for end in range(min(len(text), start + 40), start + 1, -1):
        if text[start:end] in names:
            return end
    return None


def _area_end(text: str, start: int) -> int | None:
    """A bare division as the one asked: "请龙华区核实处理"."""
    match = re.compile(r"[一-鿿]{1,5}(?:区|县|镇|街道|市)(?=核实|处理|给予|予以|尽快|及时|按|在)").match(text, start)
    return match.end() if match and not _BROKEN.search(match.group()) else None
