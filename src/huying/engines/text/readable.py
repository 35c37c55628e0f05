"""What can be read of a text at all: its beginning, whether it says anything, and whether only a person may judge it."""

import re

LONGEST = 4000  # of a longer text the rest is not read: directions, places and matter stand at the beginning
LEAST_WORDS = 6
_SURROGATE = re.compile("[\ud800-\udfff]")
_MEANT = re.compile(r"[一-鿿A-Za-z]")
_TOKEN = re.compile(r"‹[^‹›]*›")


def readable(text: str) -> str:
    """The beginning of ``text``, every position kept; halves of characters, which nothing can encode, replaced."""
    return _SURROGATE.sub("�", text[:LONGEST])


def says_something(words: str) -> bool:
    """At least six letters or characters beside tokens, numbers and signs; less is never dispatched by itself."""
    return len(_MEANT.findall(_TOKEN.sub("", words))) >= LEAST_WORDS


_MACHINE = re.compile(
    r"忽略(?:以上|之前|前面|上述|此前|先前|所有)[^。！\n]{0,12}(?:指令|指示|提示|规则|要求|内容)|系统提示词|"
    r"你现在(?:是|扮演)[^。\n]{0,12}(?:助手|模型|系统|机器人|AI|管理员)|(?:置信度|概率)[^。\n]{0,6}(?:设|填|改|调)[^。\n]{0,4}[1１]|(?:输出|返回|回答)[^。\n]{0,10}(?:JSON|json|prompt|概率(?:为|是)?\s*[1１]|100%)|"
    r"ignore\s+(?:all\s+|any\s+|the\s+)*(?:previous|above|prior)|system\s*prompt|you\s+are\s+(?:now\s+)?an?\s|<\|[a-z_]+\|>|"
    r"\[/?INST\]|</?(?:system|assistant|user|script|iframe)\b|(?:DROP|INSERT|DELETE|UPDATE|SELECT)\s+(?:TABLE|INTO|FROM|\*)",
    re.IGNORECASE,
)
_INSULT = re.compile(
    r"废物|骗子|混蛋|混账|王八蛋|滚蛋|滚开|滚(?=$|[，。！])|傻[逼叉子]|去死吧?|(?:他|你)?妈的|神经病|脑子有病|白痴|狗东西|不要脸|畜生|"
    r"你们?这(?:个|帮|群)?(?:垃圾|废物)|吃(?:屎|白饭)的?|什么(?:玩意|东西)"
)
_WHOM = re.compile(
    r"(?:一(?:帮|群)|你们?|全(?:都)?是|都是|这(?:个|些|帮|群)|政府|领导|接线员|话务员|客服|热线|[都给我的了吧啊呢们])"
)
_HAN = re.compile(r"[一-鿿]")
_LETTER = re.compile(r"[^\W\d_]")
MOSTLY_HAN = 0.5


def why_a_person(text: str) -> str:
    """Why a person must look at this text whatever a model thinks of it, in a clerk's words; "" where nothing does.

    The model has learned from what citizens tell an office in Chinese. On anything else its certainty means nothing.
    """
    if not says_something(text):
        return "没有可判断的内容"
    if len(text) > LONGEST:
        return f"内容超过 {LONGEST:,} 字，只读了开头"
    if _MACHINE.search(text):
        return "内容像是写给机器的指令"
    words = _TOKEN.sub("", text)
    if _INSULT.search(words) and not says_something(_WHOM.sub("", _INSULT.sub("", words))):
        return "只有骂人的话，没有说事"
    if len(_HAN.findall(words)) < MOSTLY_HAN * len(_LETTER.findall(words)):
        return "内容大半不是中文"
    return ""
