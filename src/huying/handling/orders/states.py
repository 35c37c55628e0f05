"""The two state tables of DESIGN §4 as data. They drive allowed actions, buttons, documentation and tests.

A row says what the state is called, for whom it waits, which clock runs in it, and by which moves it goes on. A move
names its targets, who may make it, and the fields a person fills in. Nothing else in the code decides what may happen
when; the actions only carry it out.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from huying.base.org.roles import CENTRE_ROLES


class Clock(StrEnum):
    """What the promised time does in a state. Only 待补充 and 挂账 may stop it."""

    RUNS = "runs"
    STOPS = "stops"
    NONE = "none"


class OrderState(StrEnum):
    DRAFT = "draft"
    NEED_INFO = "need_info"
    TO_REVIEW = "to_review"
    TO_DISPATCH = "to_dispatch"
    CONSULTING = "consulting"
    TRANSFERRING = "transferring"
    IN_HAND = "in_hand"
    TO_AUDIT = "to_audit"
    TO_VISIT = "to_visit"
    TO_JUDGE = "to_judge"
    CLOSED = "closed"
    ANSWERED = "answered"
    TRANSFERRED = "transferred"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    ARCHIVED = "archived"


class AssignmentState(StrEnum):
    TO_SIGN = "to_sign"
    OBJECTED = "objected"
    HANDLING = "handling"
    EXTENDING = "extending"
    SUSPENDED = "suspended"
    RULING = "ruling"
    UNIT_APPROVAL = "unit_approval"
    SUBMITTED = "submitted"
    RELEASED = "released"
    CANCELLED = "cancelled"


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
    kind: str = "textarea"  # text, textarea, choice, unit, units, category, division, order, datetime, date, number, bool
    required: bool = True
    choices: dict[str, str] = field(default_factory=dict)
    hint: str = ""


@dataclass(frozen=True)
class Move:
    """A named action out of a state. ``to`` empty: the state stays. ``system``: also made without a person."""

    action: str
    label: str
    to: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset()
    fields: tuple[FormField, ...] = ()
    danger: str = ""
    system: bool = False


@dataclass(frozen=True)
class Row:
    label: str
    waits_for: str
    clock: Clock
    tone: str  # how the chip looks: waiting, active, attention, done, closed
    moves: tuple[Move, ...] = ()


def _roles(*codes: str) -> frozenset[str]:
    return frozenset(codes)


INTAKE = _roles("agent", "team_leader")
REVIEW = _roles("reviewer", "duty_leader")
DISPATCH = _roles("dispatcher", "duty_leader")
PANEL = _roles("duty_leader", "panelist")
AUDIT = _roles("auditor", "duty_leader")
VISIT = _roles("visitor",)
JUDGE = _roles("judge", "duty_leader")
CLERKS = _roles("unit_clerk", "street_dispatcher")
HANDLERS = CLERKS | {"grid_worker"}
UNIT_LEADERS = _roles("unit_leader")
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
TRANSFER_TARGETS = {"110": "110 报警", "119": "119 火警", "120": "120 急救", "122": "122 交警", "enterprise": "公用企业", "centre": "外地 12345"}

WITHDRAW = Move("withdraw", "撤单", ("withdrawn",), INTAKE | REVIEW, (REASON,), "撤单后不再办理")
URGE = Move("urge", "催办", (), INTAKE | _roles("supervisor", "duty_leader", "visitor"), (WORDS,))
ADD_WORDS = Move("add_words", "补充", (), INTAKE | REVIEW | VISIT, (WORDS,))
ASK_INFO = Move("ask_info", "请诉求人补充", ("need_info",), INTAKE | REVIEW | DISPATCH, (FormField("question", "要补充什么"),))
MERGE = Move("merge", "并单", ("merged",), REVIEW | DISPATCH, (FormField("master", "并入工单号", "order"), NOTE), "并入后随主单一同办结")
DECLINE_MOVE = Move("decline", "不予受理", ("declined",), INTAKE | REVIEW, DECLINE, "将告知诉求人法定途径")
DIFFICULT = Move(
    "escalate_difficult", "升级为疑难件", (), _roles("duty_leader", "supervisor"),
    (FormField("leader", "牵头领导", "text"), UNIT, FormField("due", "办结期限", "datetime"), FormField("milestones", "节点（每行“日期 内容”）", required=False)),
)
SUPERVISE = Move("supervise", "督办", (), _roles("supervisor", "duty_leader"), (FormField("level", "级别", "choice", choices={"1": "电话督办", "2": "书面督办", "3": "领导批示"}), NOTE))
MARK_SENSITIVE = Move("mark_sensitive", "标为敏感", (), ANY_CENTRE, (REASON,))
ALWAYS = (URGE, ADD_WORDS, WITHDRAW, MARK_SENSITIVE)
OPEN_HAND = (*ALWAYS, DIFFICULT, SUPERVISE)

ORDER_TABLE: dict[str, Row] = {
    "draft": Row("受理中", "坐席", Clock.NONE, "waiting", (
        Move("answer", "直接答复", ("answered",), INTAKE, (ANSWER,)),
        Move("comfort", "倾诉安抚", ("answered",), INTAKE, (NOTE,)),
        Move("submit", "提交", ("to_review", "to_dispatch"), INTAKE | _roles("integrator"), (), system=True),
        Move("transfer", "转接", ("transferring",), INTAKE, (FormField("target", "转往", "choice", choices=TRANSFER_TARGETS), NOTE)),
        DECLINE_MOVE, ASK_INFO, *ALWAYS,
    )),
    "need_info": Row("待补充", "诉求人、坐席", Clock.STOPS, "waiting", (
        Move("supplement", "已补充", ("draft", "to_review", "to_dispatch"), INTAKE | REVIEW, (WORDS,)),
        Move("give_up_info", "无法补充", ("closed",), REVIEW | _roles("team_leader"), (NOTE,), "以“无法补充”结束", system=True),
        *ALWAYS,
    )),
    "to_review": Row("待审核", "审核员", Clock.RUNS, "waiting", (
        Move("approve", "审核通过", ("to_dispatch",), REVIEW, (NOTE,)),
        Move("back", "退回坐席", ("draft",), REVIEW, (REASON,)),
        MERGE, DECLINE_MOVE, ASK_INFO, *ALWAYS,
    )),
    "to_dispatch": Row("待派单", "模型、派单员", Clock.RUNS, "waiting", (
        Move("dispatch", "派单", ("in_hand",), DISPATCH, DISPATCH_FIELDS, system=True),
        Move("unclear", "提请会商", ("consulting",), DISPATCH, (REASON,)),
        MERGE, ASK_INFO, *OPEN_HAND,
    )),
    "consulting": Row("会商", "中心、编办、司法", Clock.RUNS, "attention", (
        Move("designate", "指定承办", ("in_hand",), PANEL, (UNIT, ASSISTS, FormField("basis", "依据"), OPINION)),
        Move("decline", "不予受理", ("declined",), PANEL, DECLINE, "将告知诉求人法定途径"),
        MERGE, *OPEN_HAND,
    )),
    "transferring": Row("转接中", "紧急热线、企业、外地中心", Clock.RUNS, "attention", (
        Move("transfer_accepted", "对方已接", ("transferred",), INTAKE | _roles("duty_leader"), (NOTE,)),
        Move("transfer_refused", "对方未接", ("to_dispatch",), INTAKE | _roles("duty_leader"), (REASON,), system=True),
        *ALWAYS,
    )),
    "in_hand": Row("承办中", "承办单位", Clock.RUNS, "active", (
        Move("reassign", "改派", ("in_hand", "consulting"), DISPATCH, (UNIT, REASON)),
        Move("add_assist", "增加协办", (), DISPATCH, (FormField("unit", "协办单位", "unit"), OPINION)),
        Move("waive_assist", "免除协办", ("in_hand", "to_audit"), DISPATCH, (FormField("unit", "协办单位", "unit"), REASON)),
        *OPEN_HAND,
    )),
    "to_audit": Row("办结待审", "办结审核员", Clock.RUNS, "active", (
        Move("pass_audit", "审核通过", ("to_visit", "closed"), AUDIT, (NOTE,)),
        Move("fail_audit", "退回重答", ("in_hand",), AUDIT, (REASON,)),
        *OPEN_HAND,
    )),
    "to_visit": Row("待回访", "机器人、短信、回访员", Clock.NONE, "active", (
        Move("record_visit", "登记回访", ("to_visit", "to_judge", "closed"), VISIT, (
            FormField("reached", "是否接通", "bool"),
            FormField("contacted", "单位是否联系过您", "choice", required=False, choices={"yes": "是", "no": "否"}),
            FormField("solved", "问题是否解决", "choice", required=False, choices={"solved": "解决", "partly": "部分解决", "unsolved": "未解决"}),
            FormField("satisfied", "是否满意", "choice", required=False, choices={"satisfied": "满意", "basic": "基本满意", "dissatisfied": "不满意"}),
            FormField("words", "诉求人原话", required=False),
        ), system=True),
        *OPEN_HAND,
    )),
    "to_judge": Row("待研判", "研判员", Clock.NONE, "attention", (
        Move("judge", "研判", ("in_hand", "closed", "to_judge"), JUDGE, (
            FormField("verdict", "结论", "choice", choices=VERDICTS), REASON,
            FormField("review_on", "挂账复查日期", "date", required=False),
        )),
        Move("close_shelved", "挂账到期办结", ("closed",), JUDGE, (NOTE,), system=True),
        *OPEN_HAND,
    )),
    "closed": Row("已办结", "–", Clock.NONE, "done", (
        Move("reopen", "重新反映", ("to_dispatch",), INTAKE | JUDGE, (REASON,)),
        Move("archive", "归档", ("archived",), _roles("auditor", "team_leader"), (), system=True),
    )),
    "answered": Row("已直接答复", "–", Clock.NONE, "closed"),
    "transferred": Row("已转接", "–", Clock.NONE, "closed"),
    "declined": Row("不予受理", "–", Clock.NONE, "closed"),
    "withdrawn": Row("已撤单", "–", Clock.NONE, "closed"),
    "merged": Row("已并单", "主单", Clock.NONE, "closed"),
    "archived": Row("已归档", "–", Clock.NONE, "closed"),
}

DELEGATE = Move("delegate", "转下级承办", (), CLERKS, (FormField("unit", "下级单位", "unit"), OPINION))
OUTREACH = Move("record_outreach", "登记联系", (), HANDLERS, (
    FormField("connected", "是否接通", "bool"), FormField("summary", "联系情况"),
))
RECALL = Move("recall_child", "收回下级任务", (), CLERKS, (FormField("unit", "下级单位", "unit"), REASON))
_DECIDE = (FormField("granted", "是否同意", "bool"), REASON)

ASSIGNMENT_TABLE: dict[str, Row] = {
    "to_sign": Row("待签收", "承办单位", Clock.RUNS, "waiting", (
        Move("sign", "签收", ("handling",), CLERKS, (), system=True),
        Move("object_to_dispatch", "退单", ("objected",), CLERKS, (
            FormField("clause", "依据条款", "text"), REASON, FormField("suggested", "建议承办单位", "unit", required=False),
        )),
    )),
    "objected": Row("退单待审", "派单员", Clock.RUNS, "attention", (
        Move("uphold_dispatch", "维持派单", ("to_sign",), DISPATCH, (REASON,)),
        Move("accept_objection", "同意退单并改派", ("released",), DISPATCH, (FormField("unit", "改派单位", "unit"), REASON)),
    )),
    "handling": Row("办理中", "承办单位", Clock.RUNS, "active", (
        DELEGATE, RECALL, OUTREACH,
        Move("extend", "申请延期", ("extending",), CLERKS, (REASON, FormField("days", "延长工作日", "number"))),
        Move("suspend", "申请挂账", ("suspended",), CLERKS, (REASON, FormField("review_on", "复查日期", "date"))),
        Move("ask_ruling", "申请不合理认定", ("ruling",), CLERKS, (REASON,)),
        Move("finish", "办结送审签", ("unit_approval",), HANDLERS, (CONCLUSION, ANSWER)),
    )),
    "extending": Row("延期待批", "中心", Clock.RUNS, "waiting", (
        Move("decide_extension", "审批延期", ("handling",), DISPATCH | REVIEW, _DECIDE), OUTREACH,
    )),
    "suspended": Row("挂账", "中心、领导", Clock.STOPS, "waiting", (
        Move("decide_suspension", "审批挂账", ("handling", "suspended"), _roles("duty_leader"), _DECIDE),
        Move("resume", "恢复办理", ("handling",), CLERKS | _roles("duty_leader"), (NOTE,), system=True), OUTREACH,
    )),
    "ruling": Row("不合理待认定", "中心", Clock.RUNS, "waiting", (
        Move("decide_ruling", "认定", ("handling", "submitted"), JUDGE, _DECIDE), OUTREACH,
    )),
    "unit_approval": Row("单位审签", "单位领导", Clock.RUNS, "active", (
        Move("sign_off", "审签同意", ("submitted",), UNIT_LEADERS, (NOTE,)),
        Move("send_back", "退回经办", ("handling",), UNIT_LEADERS, (REASON,)),
    )),
    "submitted": Row("已提交", "–", Clock.NONE, "done", (
        Move("redo", "重办", ("to_sign",), frozenset(), (), system=True),
    )),
    "released": Row("已退出", "–", Clock.NONE, "closed"),
    "cancelled": Row("已取消", "–", Clock.NONE, "closed"),
}

OPEN_STATES = frozenset(
    s for s in ORDER_TABLE if s not in {"closed", "answered", "transferred", "declined", "withdrawn", "merged", "archived"}
)
TERMINAL_STATES = frozenset({"answered", "transferred", "declined", "withdrawn", "merged", "archived"})
OPEN_ASSIGNMENT_STATES = frozenset({"to_sign", "objected", "handling", "extending", "suspended", "ruling", "unit_approval"})


def order_move(state: str, action: str) -> Move | None:
    return next((m for m in ORDER_TABLE[state].moves if m.action == action), None)


def assignment_move(state: str, action: str) -> Move | None:
    return next((m for m in ASSIGNMENT_TABLE[state].moves if m.action == action), None)


__all__ = [
    "ASSIGNMENT_TABLE", "CONCLUSIONS", "Clock", "FormField", "Move", "OPEN_ASSIGNMENT_STATES", "OPEN_STATES",
    "ORDER_TABLE", "OrderState", "AssignmentState", "Row", "TERMINAL_STATES", "assignment_move", "order_move",
]
