"""The place where it happens, as it was said: a small address grammar over named places and endings of names.

    address  := part+ relation?
    part     := division | road (number)? | estate | landmark | building        in any order, next to each other
    relation := 附近 | 旁边 | 对面 | 门口 | 路口 …          "A与B交叉口", "A到B路段" join two parts

A part is a name of the gazetteer or of a learned lexicon, or a run of characters with an ending that names places
(路, 小区, 村, 市场 …) whose beginning is cut at words that no name contains. After the last part a landmark without
such an ending ("解放路大润发对面") is taken along where a relation, a business ending or the end of the clause closes
it. Of several addresses in a text the one of the matter is taken: named early, fully, after 在 or 位于, not as a
destination, not as the seat of an office whose telephone is asked for.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from huying.engines.text.normalise import normalise
from huying.engines.text.places import PlaceIndex
from huying.engines.text.structure import read_structure

LONGEST = 500  # characters in which a place is looked for; it is named early

# Characters that end a name to the left.
_STOP = "在于是到从与和至的了往由对把被将为让给及并且或等，。；：！？、（）()《》〔〕【】“”\"':;,!?\\s"
# No character may begin two of these: a run of it would be tried in every combination.
_RUN = rf"(?:[^{_STOP}0-9]|和平|和谐|和信|和睦|(?<=[永仁])和|至诚)"
_NUMBER = r"[0-9]{1,6}|[一二三四五六七八九十百]{1,4}"
# Words after which a name begins, though nothing separates them from it.
_LEAD = re.compile(
    r".*(?:表示|告知|乘坐|前往|位于|居住|家住|住在|购买|买了?|打算|途[经径]|路过|经过|发现|现在|目前|反映|投诉|反馈|希望|建议|咨询|是否|应该?|开往|去往|沿着?|靠近|"
    r"整个|本人|市民|关于|因为?|由于|准备|附近|旁边|对面|门口|里面|后面|前面|其(?!林)|该|此|我们?|有|没有?|去|来|就|要|想|称|说|向|每[天日晚]|昨[天晚]|今[天晚]|"
    r"号(?!村)|左右|上午|下午|恳?请|[0-9]年|上|读|自|路口(?=应)|晚上|凌晨|早上|中午|整条|全部|很多|那边|这边|也|还|都|(?<!云)梯|在|位|处(?!村)|内|侧|(?<=[路街道])(?:口|旁))"
)
_DIVISION = re.compile(
    rf"{_RUN}{{1,6}}?(?:市|区|县|镇|乡|街道)(?:办事处)?(?![民场长委政域内管府局划别分间商老])|[A-Z][0-9]{{0,2}}[市区县]"
)
_ROAD = re.compile(
    rf"(?:{_RUN}{{1,6}}?|[A-Z]|[0-9]{{1,4}}|国道[0-9]{{1,4}}|[GSXY][0-9]{{2,4}})(?:大道|路|街|巷|国道|省道|县道|高速|立交桥|高架桥|天桥|大桥|桥|隧道|环线)"
    rf"(?![灯人边牌费由程段面况长局政障])(?:[东西南北中](?![门侧边面角向方]))?(?:(?:{_NUMBER})?(?:横路|横街|里|街|巷|路))?"
)
_ROAD_NUMBER = re.compile(
    rf"(?:第)?(?:{_NUMBER})(?:[-—之](?:{_NUMBER}))?号(?:之[一二三四五六七八九十0-9]{{1,3}})?(?:-[0-9]{{1,4}})?(?!线|文|令|话|晚|早|上午|下午|凌晨|左右|开始|[0-9])"
)
_ESTATE = re.compile(
    rf"{_RUN}{{1,10}}?(?:小区|花园|家园|公寓|大厦|广场|商城|商厦|商场|市场|公园|小学|中学|一中|大学|学院|学校|幼儿园|医院|卫生院|公交站|汽车站|火车站|高铁站|客运站|车站|机场|码头|新村|村委会|"
    rf"居委会|村|社区|工地|工业园|产业园|园区|开发区|保税区|酒店|宾馆|旅馆|超市|新城|山庄|别墅|度假村|华庭|国际|公馆|名邸|豪庭|豪苑|华府|苑|雅居|家属院|宿舍|安置房|嘉园|名园|"
    rf"加油站|收费站|[东南西北]站|派出所|车管所|政务中心|办证中心|会展中心|售楼部|城(?![管市乡镇区])|岛|水库|水渠|湿地|河(?![水道])|湖|湾)(?:[一二三四五六七八九十0-9A-Za-z]{{1,3}}[期区栋座])?"
)
_BUILDING = re.compile(
    rf"(?:{_NUMBER}|[A-Za-z][0-9]{{0,3}})(?:-[0-9]{{1,4}})?(?:栋|幢|座|号楼|单元|期|区|队|组|弄|楼|层|室|号铺面?|号房)(?:[0-9]{{2,4}}(?:[A-Z][0-9]{{0,2}})?(?:号?房|室|号)?)?|[A-Za-z]?[0-9]{{3,4}}(?:号?房|室)"
)
_RELATION = re.compile(
    r"(?:的)?(?:(?:小区|村)?(?:正|斜)?(?:附近|旁边|旁|对面|门口|正?门前|大门口?|[东西南北][门侧边面](?:门口|出口|入口)?|后面|后门|前面|后边|前边|楼下|楼上|门口处|路口处?|路段|交叉路?口处?|交汇处|交界处|交接处|周边|隔壁|一带|"
    r"里面|外面|进出口|入口|出口|地下(?:停)?车[场库]|停车场|底下|桥下|拐角处?|片区|沿线|沿街|外围|门外|院内|内(?!涝|有)|里(?=有)|处(?=[有的，。在]))(?:处)?){1,2}"
)
_JOIN = re.compile(r"(?:与|和|到|至|往|跟|及|、|-|—|~)")
_CROSSING = re.compile(
    r"(?:的)?(?:交叉路?口处?|交汇处?|交界处?|交接处|路口|十字路口|丁字路口|之间|路段|方向|一段|中间|的?(?:红绿灯)?路口)"
)
# What of a place the matter lies on, said last: "…门口人行道", "…路口的红绿灯处".
_PART_OF = re.compile(
    r"(?:的)?(?:人行横道|人行道|斑马线|非机动车道|辅道|绿化带|道路(?!通|交|拥|施|破|积)|马路(?!边)|公交站(?!台?[0-9])|红绿灯(?:处|路口)?|工地|宿舍|办事大厅)(?:处|上(?=有))?|外(?=排|有|的|摆)"
)
# A landmark without an ending that names places: a short run closed by one of these.
_LANDMARK = re.compile(
    rf"(?:的)?(?:{_RUN}|[A-Za-z0-9·]){{2,12}}?(?P<close>(?:附近|旁边?|对面|门口|门前|后面|前面|楼下|一楼|一带|里面|交叉口|路口|工地|店(?!家|主)|馆|厅|吧|KTV|ktv|网吧|网咖|会所|"
    r"公司|厂|银行|酒楼|餐厅|饭店|大排档|食堂|培训班|中心|局|所(?=[的，。门工])|院|庙|塘|岭|坡|市(?!场)|仓库|菜市场|(?=[0-9一二三四五六七八九十A-Z]{1,3}(?:栋|幢|座|号楼|期))|驾校|诊所|药店|4S店|公厕|垃圾[站池]|养殖场|项目))"
)
_NO_LANDMARK = re.compile(
    r"乘坐|是否|到|能|导致|办理|购买|收取|工商局核|对|给|有|没|无|被|正在|经常|一直|都|停[水电气车]|违停|占道|施工|播放|噪|扰|漏|堵|坏|不|要|会|发生|存在|出现|很|多|车辆|机动车|业主|居民|村民|住户|路灯|司机|人|其|今|昨|每|早|晚|因|请|想|工作"
)
_NOT_PLACE = re.compile(
    r"^(?:一条|马|道|公|铁|走|让|问|修|带|网|线|思|出|销|迷|半|电|绝|后|顺|此|同|哪|小|整条|逛|上|下|过|这|那|多|套|门|农|全|本|外|几|每|个|两|三|单|住宅|商业|老旧?|旧|新|高档|路|"
    r"某|各|乡|居|城|市|县|区|乘客|物流|快递|收费|停|加油|火|汽|公交|公共|农贸|菜|私人|附属|省|国|海外|境外|人行|机动|非机动|十字|丁字|斑马|盲|消防|生命|专用|绿色|回家|出租|地下)*(?:路|街|巷|桥|道|城|村|车站|"
    r"公交站|港|岛|湖|河|市场|超市|医院|小区|社区|国际|工地|酒店|宾馆|公园|广场|学校|幼儿园|动车站|小学|中学|大学|停车场|派出所|车管所|加油站|村委会|居委会|宿舍|安置房|大桥|天桥|高速|开发区|大道|隧道|机场|码头|苑|公寓|大厦|花园|家园|湾)$|"
    r"^(?:市|小|本|全|外|我|该)?(?:区|城|省|市|县|镇|乡)$|^(?:开发区|街道|小区内?|社区|地区|片区|校区|辖区|景区|学区|山区|园区|郊区|市区|城区|灾区|特区|城市|城镇|乡镇|超市|农村|上市|本市|全市|我市)$|"
    r".*(?:工业|服务|管理|执法|综合|医疗|证件?|合作)(?:区|市|村)$"
)
_TRANSIT = re.compile(r"[0-9]{1,4}路(?:公交|车|[^0-9号]{0,3}(?:公交|司机))|[0-9]{1,4}路$")
_OFFICE = re.compile(
    r"(?:[^，。]{0,8}?(?:局|大队|支队|政府|委员会|办证|户口|户籍|籍|车管所|服务中心|户政|分公司|园林|人社|社保|医保|不动产|工商|国土|公积金|税务|政务|民政)|"
    r"[^，。]{0,6}(?:电话|地址|号码|上班时间|营业时间|怎么走))"
)
_BARE_DIVISION = re.compile(r"(?:[^路街道村]{1,5}(?:省|市|区|县)){1,3}$")
_DESTINATION = re.compile(r"(?:前往|开往|去往|去|回到?|到达?|打算到|迁(?:移)?(?:到|至)|准备到|途经|方向|往)$")
_AT = re.compile(r"(?:在|位于|于|是|关于|[:：]|^|地址|住在?|家住|购买了?|[。，\s])\s*$")
_ASKS_SEAT = re.compile(r"(?:电话|号码|地址|上班时间|在哪|怎么走|办公时间)")


@dataclass(frozen=True, slots=True)
class Address:
    """A place as it was said, verbatim from the text. ``confidence`` in (0, 1) that it is where the matter lies."""

    text: str
    start: int
    end: int
    confidence: float = 0.5


def find_addresses(text: str, index: PlaceIndex | None = None) -> list[Address]:
    """Places as they were said, in reading order. Works without a gazetteer by endings of names."""
    flat = normalise(text[:LONGEST])
    return [Address(text[start:end], start, end) for start, end, _ in _addresses(flat, index)]


def best_address(text: str, index: PlaceIndex | None = None) -> Address | None:
    """Where the matter lies; None where no place is named or only the seat of an office is."""
    ranked = ranked_addresses(text, index, 1)
    return ranked[0] if ranked else None


def ranked_addresses(text: str, index: PlaceIndex | None = None, k: int = 3) -> list[Address]:
    """The likeliest places of the matter, best first; read in the citizen's words and the quoted title."""
    read = read_structure(text[:LONGEST])
    flat = read.spoken
    consults = read.verb == "咨询" or re.search(r"咨询|请问|想问|问一下", flat) is not None
    asks = consults and len(flat.strip()) < 40 and _ASKS_SEAT.search(flat) is not None
    scored = []
    for number, (start, end, parts) in enumerate(_addresses(flat, index)):
        value = _value(flat, start, end, parts) - 0.35 * number
        if asks and not re.search(r"号|栋|村", flat[start:end]):
            continue
        scored.append((value, start, end))
    scored.sort(key=lambda one: (-one[0], one[1]))
    best = scored[0][0] if scored else 0.0
    return [
        Address(text[start:end], start, end, round(max(0.05, min(0.95, 0.45 + 0.1 * value - 0.1 * (best - value))), 2))
        for value, start, end in scored[:k]
        if value > 0
    ]


def _value(flat: str, start: int, end: int, parts: int) -> float:
    """How likely this is the place of the matter: its parts and numbers, and the words around it."""
    address = flat[start:end]
    before, after = flat[max(0, start - 6) : start], flat[end : end + 10]
    value = 1.0 + 0.7 * min(parts, 4) + 0.03 * min(len(address), 25)
    value += 0.8 * bool(re.search(r"[0-9]号|栋|幢|交叉|交汇|交界", address)) + 0.5 * bool(_RELATION.search(address))
    if _DESTINATION.search(before):
        value -= 1.2
    elif _AT.search(before):
        value += 0.7
    if _BARE_DIVISION.fullmatch(address):
        value -= 2.2
        if _OFFICE.match(after):
            value -= 2.0
    if parts == 1 and len(address) < 4:
        value -= 0.6
    if _TRANSIT.search(address) or re.match(r"[^，。]{0,2}(?:公交|路车)", after):
        value -= 2.5
    return value


def _addresses(flat: str, index: PlaceIndex | None) -> Iterator[tuple[int, int, int]]:
    """Joined parts with their relation: (start, end, number of parts) in reading order."""
    joined: list[list[int]] = []
    for start, end in _parts(flat, index):
        if joined and start < joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
            continue
        if joined and start - joined[-1][1] <= 8 and _joins(flat, joined[-1][0], joined[-1][1], start, end):
            joined[-1][1], joined[-1][2] = end, joined[-1][2] + 1
        else:
            joined.append([start, end, 1])
        joined[-1][1] = _extended(flat, joined[-1][0], joined[-1][1])
    for start, end, parts in joined:
        if not _NOT_PLACE.match(flat[start:end]):
            yield start, end, parts


def _joins(flat: str, first: int, before: int, start: int, end: int) -> bool:
    gap = flat[before:start]
    if gap.strip() in ("", "的", "·", "-") or _RELATION.fullmatch(gap.strip() or "-"):
        return True
    if gap[:1] in "(（" and len(gap) == 1:
        return True
    if _JOIN.fullmatch(gap):
        return _CROSSING.match(flat, end) is not None or flat[end - 2 : end] in ("路口", "叉口", "汇处", "界处")
    return (
        len(gap) <= 6
        and not re.search(r"[，。；、：:,;!?！？\s]", gap)
        and not _NO_LANDMARK.search(gap)
        and end - first <= 40
    )


def _extended(flat: str, start: int, end: int) -> int:
    """Take along what closes the address: crossing, relation, a landmark without a telling ending."""
    relation = _RELATION.match(flat, end) or _CROSSING.match(flat, end)
    if relation:
        end = relation.end()
    landmark = _LANDMARK.match(flat, end)
    if landmark and not _NO_LANDMARK.search(landmark.group()) and end - start <= 36:
        end = landmark.end()
        relation = _RELATION.match(flat, end)
        end = relation.end() if relation else end
    part = _PART_OF.match(flat, end)
    return part.end() if part else end


def named_parts(flat: str) -> list[tuple[int, int]]:
    """Spans of names with an ending that names places, in a normalised text; house numbers and buildings left out."""
    return [
        (start, end)
        for start, end in _parts(flat, None)
        if not (_ROAD_NUMBER.fullmatch(flat, start, end) or _BUILDING.fullmatch(flat, start, end))
    ]


def _parts(flat: str, index: PlaceIndex | None) -> list[tuple[int, int]]:
    """Named places, then names by their endings in what is left, each cut where its name begins."""
    spans = [(m.start, m.end) for m in index.find(flat) if not (m.short and m.end - m.start < 3)] if index else []
    taken = bytearray(len(flat) + 1)
    for start, end in spans:
        taken[start:end] = b"\x01" * (end - start)
    for pattern, minimum in ((_DIVISION, 2), (_ESTATE, 3), (_ROAD, 2), (_ROAD_NUMBER, 2), (_BUILDING, 2)):
        follows = pattern in (_ROAD_NUMBER, _BUILDING)
        for match in pattern.finditer(flat):
            start, end = match.span()
            while start < end and taken[start]:
                start += 1
            if not follows:
                start = name_start(flat, start, end)
            if end - start < minimum or any(taken[start:end]):
                continue
            if _NOT_PLACE.match(flat[start:end]) if not follows else not (start and taken[start - 1]):
                continue
            spans.append((start, end))
            taken[start:end] = b"\x01" * (end - start)
    return sorted(spans)


def name_start(flat: str, start: int, end: int) -> int:
    lead = _LEAD.match(flat, start, end - 1)
    return lead.end() if lead else start
