"""What units of a Chinese city are called, as data: fields of work with their spellings, and heads of names.

A field's first spelling is how it is written here; the others are long forms, short forms and forms before or after the
reforms of institutions. Add a line, not a branch.
"""

# Spellings that mean the same field of work. The longest spelling that fits is taken.
FIELDS: tuple[tuple[str, ...], ...] = (
    ("工商", "工商行政管理", "工商行政"),
    ("市场监管", "市场监督管理", "市监", "市场监督"),
    ("环保", "环境保护", "生态环境保护", "生态环境", "国土环境"),
    ("环卫", "环境卫生管理", "环境卫生", "环卫管理"),
    ("卫生", "卫生健康", "卫健"),
    ("卫生计生", "卫生和计划生育", "卫生与计划生育", "卫生计划生育", "卫计", "卫生计生"),
    ("计生", "人口和计划生育", "人口与计划生育", "人口计划生育", "计划生育"),
    ("人社", "人力资源和社会保障", "人力资源与社会保障", "人力资源社会保障", "人力社保"),
    ("社保", "社会保险事业管理", "社会保险事业", "社会保险"),
    ("劳动监察", "劳动保障监察", "劳动和社会保障监察"),
    ("劳动仲裁", "劳动争议仲裁", "人事劳动仲裁", "劳动人事争议仲裁", "人事劳动争议仲裁"),
    ("住建", "住房和城乡建设", "住房城乡建设", "住房与城乡建设", "城乡建设"),
    ("城管", "城市管理行政执法", "城市管理和综合执法", "城市管理综合执法", "城市管理", "城管执法", "综合执法"),
    ("数字城管", "数字城市管理", "数字化城市管理", "数字城管指挥监督", "数字化城管"),
    ("发改", "发展和改革", "发展与改革", "发展改革"),
    ("国土", "国土资源", "国土资源管理", "自然资源"),
    ("规划", "城市规划", "城乡规划", "规划管理"),
    ("自规", "自然资源和规划"),
    ("食药监", "食品药品监督管理", "食品药品监督", "食品药品监管", "食药"),
    ("质监", "质量技术监督", "质量监督"),
    ("安监", "安全生产监督管理", "安全生产监督", "安全监管"),
    ("物价", "物价监督检查", "物价监督", "价格监督检查", "物价检查"),
    ("国税", "国家税务"),
    ("地税", "地方税务"),
    ("国资", "国有资产监督管理", "国有资产管理", "国有资产"),
    ("政务", "政务服务", "政府服务", "政府政务服务", "人民政府政务服务"),
    ("供电", "供电政府服务", "供电服务"),
    ("交警", "公安局交通警察", "公安交通警察", "交通警察", "公安局交警", "公安交警", "公安局交通管理"),
    ("消防", "公安局消防", "公安消防", "消防救援"),
    ("交通港航", "交通运输和港航管理", "交通运输与港航管理", "交通港航管理"),
    ("交通", "交通运输", "交通运输管理"),
    ("民政", "民政事务"),
    ("园林", "园林管理", "园林绿化", "园林绿化管理"),
    ("市政", "市政管理"),
    ("市政市容", "市政市容管理"),
    ("水务", "水务管理"),
    ("文体", "文化体育"),
    ("文广", "文化广播电视", "文化广电"),
    ("旅游", "旅游发展", "旅游管理"),
    ("海洋渔业", "海洋和渔业", "海洋与渔业"),
    ("农林", "农业林业", "农业和林业"),
    ("农业农村", "农业和农村"),
    ("科工信", "科学技术工业信息化", "科技和工业信息化", "科学技术和工业信息化"),
    ("烟草", "烟草专卖"),
    ("档案", "档案管理"),
    ("棚改", "棚户区改造项目", "棚户区改造", "棚改项目", "改造项目"),
    ("双创", "双创工作"),
    ("城市建设投资", "城建设投资", "城建投资", "城建投", "城投", "市建设投资"),
    ("公交", "公共交通", "公共交通集团"),
    ("残联", "残疾人联合"),
    ("妇联", "妇女联合"),
    ("民防", "人民防空", "人防"),
    ("医保", "医疗保障", "医疗保险"),
    ("信访", "信访接待"),
    ("应急", "应急管理"),
    ("退役军人", "退役军人事务"),
    ("政府", "人民政府"),
)

# Endings of names, the longest first where one contains another, and the class they belong to.
HEADS: tuple[tuple[str, str], ...] = (
    ("街道办事处", "street"), ("街道办", "street"), ("街道", "street"), ("人民政府办公室", "government office"),
    ("政府办公室", "government office"), ("政府办", "government office"),
    ("人民政府", "government"), ("市政府", "government"), ("区政府", "government"), ("县政府", "government"),
    ("镇政府", "government"), ("政府", "government"),
    ("有限责任公司", "company"), ("股份有限公司", "company"), ("集团有限公司", "company"), ("有限公司", "company"),
    ("集团公司", "company"), ("总公司", "company"), ("分公司", "branch"), ("公司", "company"), ("集团", "company"),
    ("管理委员会", "area"), ("管委会", "area"), ("居民委员会", "village"), ("居委会", "village"),
    ("村民委员会", "village"), ("村委会", "village"), ("社区", "village"),
    ("联合会", "association"), ("委员会", "office"), ("委", "office"), ("指挥部", "headquarters"), ("办公室", "office"),
    ("分局", "branch"), ("管理局", "office"), ("监督局", "office"), ("局", "office"), ("办", "office"),
    ("总队", "team"), ("支队", "team"), ("大队", "brigade"), ("中队", "squad"), ("派出所", "station"),
    ("服务中心", "centre"), ("管理中心", "centre"), ("中心", "centre"), ("专席", "seat"), ("管理处", "section"), ("管理所", "section"), ("养护所", "section"), ("处", "section"), ("所", "section"),
    ("法院", "court"), ("检察院", "court"), ("医院", "hospital"), ("院", "office"), ("学校", "school"), ("农场", "farm"),
)  # fmt: skip

# Classes of heads under which one body is found when it is only reorganised or written loosely.
ALIKE: frozenset[frozenset[str]] = frozenset(
    {
        frozenset({"office", "centre"}),
        frozenset({"office", "area"}),
        frozenset({"association", "bare"}),
        frozenset({"office", "bare"}),
        frozenset({"team", "bare"}),
        frozenset({"company", "bare"}),
        frozenset({"office", "headquarters"}),
        frozenset({"centre", "seat"}),
        frozenset({"street", "bare"}),
        frozenset({"team", "brigade"}),
    }
)
LOOSE = ("和", "与", "及", "暨", "、", "的", "有限", "责任", "股份", "集团", "工作")
