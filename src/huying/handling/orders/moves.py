"""What a state table is made of: rows, moves, the fields people fill in, and the moves that several states share."""

from dataclasses import dataclass, field
from enum import StrEnum

from huying.base.org.roles import CENTRE_ROLES
from huying.handling.orders.models import RequestType, Urgency


class Clock(StrEnum):
    """What the promised time does in a state. Only 待补充 and 挂账 may stop it."""

    RUNS = "runs"
    STOPS = "stops"
    NONE = "none"


CONCLUSIONS = {
    "solved": "已解决",
    "partly_solved": "部分解决",
    "explained": "解释说明",
    "planned": "列入计划",
    "untrue": "不属实",
    "beyond_duty": "超职责",
    "unreasonable": "不合理",
}


@dataclass(frozen=True)
class FormField:
    """One thing a person fills in to make a move. ``kind`` tells the page and the validator what it is."""

    name: str
    label: str
    # text, textarea, choice, decline_rule, unit, units, category, division, order, datetime, date, number, bool
    kind: str = "textarea"
    required: bool = True
    choices: dict[str, str] = field(default_factory=dict)
    hint: str = ""


@dataclass(frozen=True)
class Move:
    """A named action out of a state. ``to`` empty: the state stays.

    ``system``: also made without a person of the centre: by a timer, by the model, or by the citizen on the public page.
    ``own_only``: roles that make it only on orders which they filed themselves.
    """

    action: str
    label: str
    to: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset()
    fields: tuple[FormField, ...] = ()
    danger: str = ""
    system: bool = False
    own_only: frozenset[str] = frozenset()

    @property
    def consequence(self) -> bool:
        return self.system and not self.roles


@dataclass(frozen=True)
class Row:
    label: str
    waits_for: str
    clock: Clock
    tone: str  # how the chip looks: waiting, active, attention, done, closed
    moves: tuple[Move, ...] = ()


def roles(*codes: str) -> frozenset[str]:
    """Who may make a move; codes of ``base.org.roles``."""
    return frozenset(codes)


INTAKE = roles("agent", "team_leader")
REVIEW = roles("reviewer", "duty_leader")
DISPATCH = roles("dispatcher", "duty_leader")
PANEL = roles("duty_leader", "panelist")
AUDIT = roles("auditor", "duty_leader")
VISIT = roles(
    "visitor",
)
JUDGE = roles("judge", "duty_leader")
CLERKS = roles("unit_clerk", "street_dispatcher")
HANDLERS = CLERKS | {"grid_worker"}
UNIT_LEADERS = roles("unit_leader")
ANY_CENTRE = CENTRE_ROLES - {"analyst", "leader", "inspector", "integrator"}

REASON = FormField("reason", "理由")
NOTE = FormField("note", "说明", required=False)
ANSWER = FormField("answer", "答复内容")
UNIT = FormField("unit", "主办单位", "unit")
ASSISTS = FormField("assists", "协办单位", "units", required=False)
OPINION = FormField("opinion", "交办意见", required=False)
WORDS = FormField("words", "内容")
DECLINE = (FormField("rule", "不予受理的情形", "decline_rule"), NOTE)
CONCLUSION = FormField("conclusion", "办结类型", "choice", choices=CONCLUSIONS)
DISPATCH_FIELDS = (UNIT, ASSISTS, OPINION, FormField("category", "事项分类", "category", required=False))
VERDICTS = {"reasonable": "合理，重办", "unreasonable": "不合理，办结", "shelve": "挂账"}
REQUEST_TYPES: dict[str, str] = dict(RequestType.choices)
URGENCIES: dict[str, str] = dict(Urgency.choices)
CHANNELS = {
    "phone": "电话",
    "web": "网站",
    "wechat": "微信",
    "app": "手机应用",
    "email": "电子邮件",
    "qr": "扫码",
    "110": "110 联动",
    "province": "省平台",
    "centre": "其他中心",
}
TRANSFER_TARGETS = {
    "110": "110 报警",
    "119": "119 火警",
    "120": "120 急救",
    "122": "122 交警",
    "enterprise": "公用企业",
    "centre": "外地 12345",
}

WITHDRAW = Move("withdraw", "撤单", ("withdrawn",), INTAKE | REVIEW, (REASON,), "撤单后不再办理", system=True)
URGE = Move("urge", "催办", (), INTAKE | roles("supervisor", "duty_leader", "visitor"), (WORDS,), system=True)
ADD_WORDS = Move("add_words", "补充", (), INTAKE | REVIEW | VISIT, (WORDS,), system=True)
ASK_INFO = Move(
    "ask_info", "请诉求人补充", ("need_info",), INTAKE | REVIEW | DISPATCH, (FormField("question", "要补充什么"),)
)
MERGE = Move(
    "merge",
    "并单",
    ("merged",),
    INTAKE | REVIEW | DISPATCH,
    (FormField("master", "并入工单号", "order"), NOTE),
    "并入后随主单一同办结",
    own_only=roles("agent"),  # what others filed may be another matter after all: the reviewer or dispatcher looks
)
AMEND = Move(
    "amend",
    "更正",
    (),
    INTAKE | REVIEW | DISPATCH,
    (
        FormField("title", "标题", "text", required=False),
        FormField("category", "事项分类", "category", required=False),
        FormField("request_type", "诉求类型", "choice", required=False, choices=REQUEST_TYPES),
        FormField("urgency", "紧急程度", "choice", required=False, choices=URGENCIES, hint="只可调高"),
        FormField("incident_place", "事发地址", "text", required=False),
        FormField("incident_division", "事发地所属区划", "division", required=False),
        OPINION,
    ),
)
DECLINE_MOVE = Move("decline", "不予受理", ("declined",), INTAKE | REVIEW, DECLINE, "将告知诉求人法定途径")
TRANSFER = Move(
    "transfer",
    "转接",
    ("transferring",),
    INTAKE,
    (FormField("target", "转往", "choice", choices=TRANSFER_TARGETS), NOTE),
)
DIFFICULT = Move(
    "escalate_difficult",
    "升级为疑难件",
    (),
    roles("duty_leader", "supervisor"),
    (
        FormField("leader", "牵头领导", "text"),
        UNIT,
        FormField("due", "办结期限", "datetime"),
        FormField("milestones", "节点（每行“日期 内容”）", required=False),
    ),
)
SUPERVISE = Move(
    "supervise",
    "督办",
    (),
    roles("supervisor", "duty_leader"),
    (FormField("level", "级别", "choice", choices={"1": "电话督办", "2": "书面督办", "3": "领导批示"}), NOTE),
)
MILESTONE = Move(
    "reach_milestone",
    "节点完成",
    (),
    roles("duty_leader", "supervisor"),
    (FormField("title", "节点内容", "text", hint="与升级时填写的一致"), NOTE),
)
MARK_SENSITIVE = Move("mark_sensitive", "标为敏感", (), ANY_CENTRE, (REASON,))
ALWAYS = (URGE, ADD_WORDS, WITHDRAW, MARK_SENSITIVE)
OPEN_HAND = (*ALWAYS, DIFFICULT, MILESTONE, SUPERVISE)

DELEGATE = Move("delegate", "转下级承办", (), CLERKS, (FormField("unit", "下级单位", "unit"), OPINION))
OUTREACH = Move(
    "record_outreach",
    "登记联系",
    (),
    HANDLERS,
    (
        FormField("connected", "是否接通", "bool"),
        FormField("summary", "联系情况"),
    ),
)
RECALL = Move("recall_child", "收回下级任务", (), CLERKS, (FormField("unit", "下级单位", "unit"), REASON))
DECISION = (FormField("granted", "是否同意", "bool"), REASON)
RELEASE = Move("release", "退出承办", ("released",), system=True)
CANCEL = Move("cancel", "取消任务", ("cancelled",), system=True)
ENDINGS = (RELEASE, CANCEL)

VISIT_FIELDS = (
    FormField("reached", "是否接通", "bool"),
    FormField("contacted", "单位是否联系过您", "choice", required=False, choices={"yes": "是", "no": "否"}),
    FormField(
        "solved",
        "问题是否解决",
        "choice",
        required=False,
        choices={"solved": "解决", "partly": "部分解决", "unsolved": "未解决"},
    ),
    FormField(
        "satisfied",
        "是否满意",
        "choice",
        required=False,
        choices={"satisfied": "满意", "basic": "基本满意", "dissatisfied": "不满意"},
    ),
    FormField("words", "诉求人原话", required=False),
)
