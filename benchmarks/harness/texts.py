"""Made-up requests for benchmarks that need text but no real data: the same list for every system, by seed."""

import random

PLACES = ["河西路", "滨江路", "翡翠园小区", "东门市场", "北关街道新村", "城南工业园", "中心小学门口", "老车站"]
NUMBERS = ["3号楼", "12号", "26号", "二单元", "南门", "路口东侧", "地下车库", "对面空地"]
MATTERS = [
    "夜间施工噪音很大，从晚上十点干到凌晨两点，老人孩子没法休息，希望有关部门制止",
    "垃圾堆放多日无人清运，气味难闻，蚊虫很多，希望尽快清理",
    "路灯坏了三盏，晚上漆黑一片，已经有人摔倒，请派人维修",
    "停水两天没有通知，居民生活受影响，想知道什么时候恢复供水",
    "烧烤店油烟直排，天天呛得不敢开窗，多次沟通没有结果",
    "占道经营严重，车辆无法通行，早晚高峰特别堵，请整治",
    "下水道堵塞，污水外溢到路面，下雨天走不了人",
    "楼上邻居装修把承重墙砸了，担心房屋安全，请来人查看",
    "电梯经常停运，昨天又困人二十分钟，物业一直说在等配件",
    "想咨询医保异地就医备案怎么办理，需要准备哪些材料",
]


def requests(count: int, seed: int = 20260101) -> list[str]:
    """`count` requests of 30 to 60 characters."""
    chance = random.Random(seed)
    return [f"{chance.choice(PLACES)}{chance.choice(NUMBERS)}{chance.choice(MATTERS)}。" for _ in range(count)]
