"""How people say it: a grammar over the phrases, patterns and slips of the data files. Pure; all chance comes from the
generator handed in."""

import re
from dataclasses import dataclass, field
from random import Random

from huying.demo.county import County, Spot, Town, Village
from huying.demo.sources import Matter, families, table

_SLOT = re.compile(r"\{(\w+)\}")
_MAYBE = re.compile(r"\[([^\[\]]+)\]")
_PERIOD = re.compile(r"[。，]{2,}")
WEEKDAYS = "一二三四五六日"


@dataclass
class Scene:
    """What one matter is about: where, whom, how much. The same scene is told again when somebody calls twice."""

    matter: Matter
    town: Town
    village: Village
    spot: Spot | None
    phrase: str
    slots: dict[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """The place as it stands in the form: a named spot, else the village."""
        return self.spot.name if self.spot else self.village.name


def make_scene(
    rng: Random, county: County, matter: Matter, home: tuple[Town, Village], *, asked: bool = False
) -> Scene:
    """Choose the place (near the caller's home more often than not), the firm and the figures of a matter.

    ``asked``: put as a question where the matter has one.
    """
    town, village = home
    spot = None
    if matter.place_kind in ("village", "none", "firm"):
        if matter.place_kind == "village" and town.urban:
            town, village = rng.choice(county.rural)
        if matter.place_kind == "firm":
            spot = rng.choice(county.by_kind[rng.choice(("road", "market"))])
    else:
        near = county.near.get((matter.place_kind, town.name))
        spot = rng.choice(near if near and rng.random() < 0.8 else county.by_kind[matter.place_kind])
    if spot is not None:
        town, village = county.homes[spot.village]
    scene = Scene(matter, town, village, spot, rng.choice((asked and matter.questions) or matter.phrases))
    scene.slots = _slots(rng, county, scene)
    return scene


def _slots(rng: Random, county: County, scene: Scene) -> dict[str, str]:
    names = table("texts/names")
    kinds = names["firm_kinds"].get(scene.matter.family, names["firm_kinds"]["default"])
    return {
        "firm": rng.choice(names["firm_first"]) + rng.choice(kinds),
        "school": rng.choice(county.by_kind["school"]).name if scene.matter.place_kind != "school" else scene.place,
        "hospital": scene.place
        if scene.matter.place_kind == "hospital"
        else rng.choice(county.by_kind["hospital"]).name,
        "village": scene.village.name,
        "town": scene.town.name,
        "no": f"{rng.randint(1, 28)}号楼"
        + rng.choice(
            ("", f"{rng.randint(1, 4)}单元", f"{rng.randint(1, 4)}单元{rng.randint(2, 18)}0{rng.randint(1, 4)}")
        ),
        "near": rng.choice(names["near"]),
        "money": rng.choice(
            (
                f"{rng.randint(2, 98)}00块",
                f"{rng.randint(1, 9)}万多",
                f"{rng.randint(3, 30)}千来块",
                f"{rng.randint(1000, 9800)}元",
            )
        ),
        "fee": f"{rng.randint(8, 28) / 10:.1f}",
        "n": str(rng.randint(2, 19)),
        "times": str(rng.randint(2, 6)),
        "age": f"{rng.randint(55, 88)}岁",
        "months": str(rng.randint(3, 30)),
        "month": str(rng.randint(1, 12)),
        "day": str(rng.randint(1, 28)),
        "weekday": rng.choice(WEEKDAYS),
        "hour": rng.choice("九十") + rng.choice(("", "点半"))
        if rng.random() < 0.5
        else rng.choice(("十一", "十二", "22", "23")),
        "morning": rng.choice("五六七八"),
        "afternoon": rng.choice("三四五六"),
        "grade": rng.choice("一二三四五六七八"),
        "group": rng.choice("一二三四五六七"),
        "bus": str(rng.randint(1, 32)),
        "tail": str(rng.randint(100, 999)),
        "temp": str(rng.randint(11, 17)),
        "db": str(rng.randint(60, 85)),
        "wind": rng.choice("东南西北"),
        "days": str(rng.randint(1, 5)),
        "surname": rng.choice(names["surnames"]),
        "counter": rng.choice(names["counters"]),
    }


def where(rng: Random, scene: Scene) -> str:
    """The place as people say it: in full, by its name alone, or half of it."""
    full = f"{scene.town.name}{scene.place}"
    style = rng.random()
    if style < 0.28:
        return full
    if style < 0.4:
        return f"{scene.town.name}{scene.village.name}{scene.spot.name}" if scene.spot else full
    if style < 0.78 or len(scene.place) < 4:
        return scene.place
    vague = rng.choice(table("texts/common")["vague"])
    return vague.replace("{town}", scene.town.name[:2]).replace(
        "{place}", scene.place[:4] if style < 0.9 else scene.place
    )


def tell(rng: Random, scene: Scene, *, again: bool = False, kind: str = "help") -> str:
    """The citizen's words, or the agent's note of them. ``again``: says that it was reported before."""
    common = table("texts/common")
    lists = families()[scene.matter.family]
    extra = {"m": scene.phrase, "p": where(rng, scene)}
    body = rng.choice(common["suggest"] if kind == "suggest" else lists["patterns"])
    text = rng.choice(common["frames"]).replace("{body}", _ended(body))
    if "{extra}" not in text and rng.random() < 0.55:
        text += "{extra}"
    text = text.replace("{extra}", rng.choice(lists["details"]))
    if again and "{told}" not in text:
        text += "{told}"
    text += rng.choice(common["asks"])
    return blur(rng, expand(rng, text, scene.slots | extra), rural=not scene.town.urban)


def question(rng: Random, scene: Scene) -> str:
    """A question that is answered at once."""
    frame = rng.choice(table("texts/common")["ask_answer"])
    return blur(rng, expand(rng, frame, scene.slots | {"m": scene.phrase, "p": where(rng, scene)}), rural=False)


def expand(rng: Random, text: str, slots: dict[str, str]) -> str:
    """Fill every slot: from the scene, else from the list of that name; what stands in brackets, half of the time."""
    common = table("texts/common")
    text = _MAYBE.sub(lambda found: found[1] if rng.random() < 0.5 else "", text)
    for _ in range(4):
        if "{" not in text:
            break
        text = _SLOT.sub(lambda found: slots.get(found[1]) or rng.choice(common[found[1]]), text)
    return _PERIOD.sub(lambda found: found[0][0] if "。" not in found[0] else "。", text)


def reply(rng: Random, code: str, slots: dict[str, str]) -> str:
    """What somebody at work writes: one of the lines of ``replies.toml``."""
    return expand(rng, rng.choice(table("texts/replies")[code]), slots)


def blur(rng: Random, text: str, *, rural: bool) -> str:
    """Slips of the keyboard, words of the region, a missing full stop."""
    common = table("texts/common")
    for plain, local in common["dialect"]:
        if plain in text and rng.random() < (0.3 if rural else 0.06):
            text = text.replace(plain, local, 1)
    if rng.random() < 0.14:
        right, wrong = rng.choice(common["slips"])
        text = text.replace(right, wrong, 1)
    if rng.random() < 0.2:
        text = text.rstrip("。")
    return text


def _ended(body: str) -> str:
    return body if body[-1] in "。？！" else body + "。"
