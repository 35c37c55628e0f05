"""A small made-up history in somebody's own columns: enough to learn from, wrong in the ways that files are."""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

HEAD = ("编号", "受理日期", "内容", "承办单位", "大类", "小类")
MAPPING = """
source = "sample"
title = "示例市导出"
[source_no]
column = "编号"
[text]
column = "内容"
required = true
[filed_at]
column = "受理日期"
formats = ["%Y-%m-%d"]
precision = "day"
[category]
columns = ["大类", "小类"]
tree = "sample"
[unit]
column = "承办单位"
"""
PLACES = ("示例区滨河路", "示例区翡翠园小区", "东岭镇新市街", "示例区文昌路农贸市场", "东岭镇双桥村", "示例区站前广场")
MATTERS = {
    ("供水公司", "公用事业", "供水"): (
        "停水两天没有通知，什么时候恢复供水",
        "自来水发黄有异味，水压很低",
        "水管漏水流到路面没人修",
    ),
    ("城市管理局", "市容", "占道"): (
        "流动摊贩占道经营，行人无法通过",
        "烧烤摊油烟大，夜里还在占道",
        "有人私搭乱建违章建筑",
    ),
    ("教育局", "教育", "学校"): ("咨询小学入学报名需要什么材料", "幼儿园收费过高不合理", "学校门口校车乱收费"),
    ("公交公司", "交通", "公交"): ("公交车到站不停，司机态度差", "公交线路等了一个小时没有车", "公交车改线没有通知"),
    ("住房保障中心", "住建", "物业"): ("物业不维修电梯，业主意见很大", "小区物业费乱涨价", "物业不让业主装充电桩"),
    ("街道办事处", "社区", "邻里"): ("楼道堆放杂物没人管", "邻居养狗半夜叫扰民", "社区活动室一直关门"),
}


def rows(count: int = 480, seed: int = 7) -> list[tuple[str, ...]]:
    """Orders of 120 days; in the second half the 街道办事处 is mostly written 街道办."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        (unit, level, leaf), matters = chance.choice(list(MATTERS.items()))
        day = date(2025, 1, 1) + timedelta(days=number * 120 // count)
        text = f"市民来电反映：{chance.choice(PLACES)}{chance.randint(1, 99)}号，{chance.choice(matters)}，请{unit}核实处理。"
        if unit == "街道办事处" and number % 3 == 0:
            unit = "街道办"
        made.append((f"{20250100000 + number}", day.isoformat(), text, unit, level, leaf))
    return made


def write(path: Path, head: tuple[str, ...], body: list[tuple[str, ...]], encoding: str = "utf-8") -> Path:
    if path.suffix == ".xlsx":
        from openpyxl import Workbook

        book = Workbook()
        sheet = book.active
        assert sheet is not None
        for row in (head, *body):
            sheet.append(row)
        book.save(path)
        return path
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerows([head, *body])
    return path
