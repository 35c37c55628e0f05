"""The two state tables of DESIGN §4 as data. They drive allowed actions, buttons, documentation and tests.

A row says what the state is called, for whom it waits, which clock runs in it, and by which moves it goes on. A move
names its targets, who may make it, and the fields a person fills in. Nothing else in the code decides what may happen
when; the actions only carry it out.

A move without roles is a consequence: it follows from an action on the order, on another assignment or on the master,
is no button, and is told by the event of the action that caused it.
"""

from enum import StrEnum

from huying.handling.orders import moves as m
from huying.handling.orders.moves import CONCLUSIONS, Clock, FormField, Move, Row


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


ORDER_TABLE: dict[str, Row] = {
    "draft": Row(
        "受理中",
        "坐席",
        Clock.NONE,
        "waiting",
        (
            Move("answer", "直接答复", ("answered",), m.INTAKE, (m.ANSWER,)),
            Move("comfort", "倾诉安抚", ("answered",), m.INTAKE, (m.NOTE,)),
            Move("submit", "提交", ("to_review", "to_dispatch"), m.INTAKE | m.roles("integrator"), (), system=True),
            m.TRANSFER,
            m.DECLINE_MOVE,
            m.ASK_INFO,
            m.AMEND,
            *m.ALWAYS,
        ),
    ),
    "need_info": Row(
        "待补充",
        "诉求人、坐席",
        Clock.STOPS,
        "waiting",
        (
            Move(
                "supplement",
                "已补充",
                ("draft", "to_review", "to_dispatch"),
                m.INTAKE | m.REVIEW,
                (m.WORDS,),
                system=True,
            ),
            Move(
                "give_up_info",
                "无法补充",
                ("closed",),
                m.REVIEW | m.roles("team_leader"),
                (m.NOTE,),
                "以“无法补充”结束",
                system=True,
            ),
            *m.ALWAYS,
        ),
    ),
    "to_review": Row(
        "待审核",
        "审核员",
        Clock.RUNS,
        "waiting",
        (
            Move("approve", "审核通过", ("to_dispatch",), m.REVIEW, (m.NOTE,)),
            Move("back", "退回坐席", ("draft",), m.REVIEW, (m.REASON,)),
            m.MERGE,
            m.DECLINE_MOVE,
            m.ASK_INFO,
            m.AMEND,
            *m.ALWAYS,
        ),
    ),
    "to_dispatch": Row(
        "待派单",
        "模型、派单员",
        Clock.RUNS,
        "waiting",
        (
            Move("dispatch", "派单", ("in_hand",), m.DISPATCH, m.DISPATCH_FIELDS, system=True),
            Move("unclear", "提请会商", ("consulting",), m.DISPATCH, (m.REASON,)),
            m.MERGE,
            m.ASK_INFO,
            m.AMEND,
            *m.OPEN_HAND,
        ),
    ),
    "consulting": Row(
        "会商",
        "中心、编办、司法",
        Clock.RUNS,
        "attention",
        (
            Move(
                "designate",
                "指定承办",
                ("in_hand",),
                m.PANEL,
                (m.UNIT, m.ASSISTS, FormField("basis", "依据"), m.OPINION),
            ),
            Move("decline", "不予受理", ("declined",), m.PANEL, m.DECLINE, "将告知诉求人法定途径"),
            m.MERGE,
            *m.OPEN_HAND,
        ),
    ),
    "transferring": Row(
        "转接中",
        "紧急热线、企业、外地中心",
        Clock.RUNS,
        "attention",
        (
            Move("transfer_accepted", "对方已接", ("transferred",), m.INTAKE | m.roles("duty_leader"), (m.NOTE,)),
            Move(
                "transfer_refused",
                "对方未接",
                ("to_dispatch",),
                m.INTAKE | m.roles("duty_leader"),
                (m.REASON,),
                system=True,
            ),
            *m.ALWAYS,
        ),
    ),
    "in_hand": Row(
        "承办中",
        "承办单位",
        Clock.RUNS,
        "active",
        (
            Move("reassign", "改派", ("in_hand", "consulting"), m.DISPATCH, (m.UNIT, m.REASON), system=True),
            Move("add_assist", "增加协办", (), m.DISPATCH, (FormField("unit", "协办单位", "unit"), m.OPINION)),
            Move("waive_assist", "免除协办", (), m.DISPATCH, (FormField("unit", "协办单位", "unit"), m.REASON)),
            Move("units_done", "各单位均已提交", ("to_audit",), system=True),
            *m.OPEN_HAND,
        ),
    ),
    "to_audit": Row(
        "办结待审",
        "办结审核员",
        Clock.RUNS,
        "active",
        (
            Move("pass_audit", "审核通过", ("to_visit", "closed"), m.AUDIT, (m.NOTE,)),
            Move("fail_audit", "退回重答", ("in_hand",), m.AUDIT, (m.REASON,)),
            *m.OPEN_HAND,
        ),
    ),
    "to_visit": Row(
        "待回访",
        "机器人、短信、回访员",
        Clock.NONE,
        "active",
        (
            Move(
                "record_visit",
                "登记回访",
                ("to_visit", "to_judge", "closed"),
                m.VISIT,
                m.VISIT_FIELDS,
                system=True,
            ),
            *m.OPEN_HAND,
        ),
    ),
    "to_judge": Row(
        "待研判",
        "研判员",
        Clock.NONE,
        "attention",
        (
            Move(
                "judge",
                "研判",
                ("in_hand", "closed", "to_judge"),
                m.JUDGE,
                (
                    FormField("verdict", "结论", "choice", choices=m.VERDICTS),
                    m.REASON,
                    FormField("review_on", "挂账复查日期", "date", required=False),
                ),
            ),
            Move("close_shelved", "挂账到期办结", ("closed",), m.JUDGE, (m.NOTE,), system=True),
            *m.OPEN_HAND,
        ),
    ),
    "closed": Row(
        "已办结",
        "–",
        Clock.NONE,
        "done",
        (
            Move("reopen", "重新反映", ("to_dispatch",), m.INTAKE | m.JUDGE, (m.REASON,), system=True),
            Move("archive", "归档", ("archived",), m.roles("auditor", "team_leader"), (), system=True),
        ),
    ),
    "answered": Row("已直接答复", "–", Clock.NONE, "closed"),
    "transferred": Row("已转接", "–", Clock.NONE, "closed"),
    "declined": Row("不予受理", "–", Clock.NONE, "closed"),
    "withdrawn": Row("已撤单", "–", Clock.NONE, "closed"),
    "merged": Row(
        "已并单",
        "主单",
        Clock.NONE,
        "closed",
        (
            Move("follow_master", "随主单办结", ("to_visit", "closed", "declined"), system=True),
            Move("unmerge", "主单撤销，恢复办理", ("to_dispatch",), system=True),
        ),
    ),
    "archived": Row("已归档", "–", Clock.NONE, "closed"),
}

ASSIGNMENT_TABLE: dict[str, Row] = {
    "to_sign": Row(
        "待签收",
        "承办单位",
        Clock.RUNS,
        "waiting",
        (
            Move("sign", "签收", ("handling",), m.HANDLERS, (), system=True),
            Move(
                "object_to_dispatch",
                "退单",
                ("objected",),
                m.CLERKS,
                (
                    FormField("clause", "依据条款", "text"),
                    m.REASON,
                    FormField("suggested", "建议承办单位", "unit", required=False),
                ),
            ),
            *m.ENDINGS,
        ),
    ),
    "objected": Row(
        "退单待审",
        "派单员",
        Clock.RUNS,
        "attention",
        (
            Move("uphold_dispatch", "维持派单", ("to_sign",), m.DISPATCH, (m.REASON,)),
            Move(
                "accept_objection",
                "同意退单并改派",
                ("released",),
                m.DISPATCH,
                (FormField("unit", "改派单位", "unit"), m.REASON),
            ),
            *m.ENDINGS,
        ),
    ),
    "handling": Row(
        "办理中",
        "承办单位",
        Clock.RUNS,
        "active",
        (
            m.DELEGATE,
            m.RECALL,
            m.OUTREACH,
            Move("extend", "申请延期", ("extending",), m.CLERKS, (m.REASON, FormField("days", "延长工作日", "number"))),
            Move(
                "suspend", "申请挂账", ("suspended",), m.CLERKS, (m.REASON, FormField("review_on", "复查日期", "date"))
            ),
            Move("ask_ruling", "申请不合理认定", ("ruling",), m.CLERKS, (m.REASON,)),
            Move("finish", "办结送审签", ("unit_approval",), m.HANDLERS, (m.CONCLUSION, m.ANSWER)),
            *m.ENDINGS,
        ),
    ),
    "extending": Row(
        "延期待批",
        "中心",
        Clock.RUNS,
        "waiting",
        (
            Move("decide_extension", "审批延期", ("handling",), m.DISPATCH | m.REVIEW, m.DECISION),
            m.OUTREACH,
            *m.ENDINGS,
        ),
    ),
    "suspended": Row(
        "挂账",
        "中心、领导",
        Clock.STOPS,
        "waiting",
        (
            Move("decide_suspension", "审批挂账", ("handling", "suspended"), m.roles("duty_leader"), m.DECISION),
            Move("resume", "恢复办理", ("handling",), m.CLERKS | m.roles("duty_leader"), (m.NOTE,), system=True),
            m.OUTREACH,
            *m.ENDINGS,
        ),
    ),
    "ruling": Row(
        "不合理待认定",
        "中心",
        Clock.RUNS,
        "waiting",
        (
            Move("decide_ruling", "认定", ("handling", "submitted"), m.JUDGE, m.DECISION),
            m.OUTREACH,
            *m.ENDINGS,
        ),
    ),
    "unit_approval": Row(
        "单位审签",
        "单位领导",
        Clock.RUNS,
        "active",
        (
            Move("sign_off", "审签同意", ("submitted",), m.UNIT_LEADERS, (m.NOTE,)),
            Move("send_back", "退回经办", ("handling",), m.UNIT_LEADERS, (m.REASON,)),
            *m.ENDINGS,
        ),
    ),
    "submitted": Row(
        "已提交",
        "–",
        Clock.NONE,
        "done",
        (
            Move("redo", "重办", ("to_sign",), system=True),
            Move("answer_again", "退回重答", ("handling",), system=True),
            m.RELEASE,
        ),
    ),
    "released": Row("已退出", "–", Clock.NONE, "closed"),
    "cancelled": Row("已取消", "–", Clock.NONE, "closed"),
}

TERMINAL_STATES = frozenset({"answered", "transferred", "declined", "withdrawn", "merged", "archived"})
OPEN_STATES = frozenset(ORDER_TABLE) - TERMINAL_STATES - {"closed"}
OPEN_ASSIGNMENT_STATES = frozenset(
    {"to_sign", "objected", "handling", "extending", "suspended", "ruling", "unit_approval"}
)


def order_move(state: str, action: str) -> Move | None:
    return next((m for m in ORDER_TABLE[state].moves if m.action == action), None)


def assignment_move(state: str, action: str) -> Move | None:
    return next((m for m in ASSIGNMENT_TABLE[state].moves if m.action == action), None)


__all__ = [
    "ASSIGNMENT_TABLE",
    "CONCLUSIONS",
    "Clock",
    "FormField",
    "Move",
    "OPEN_ASSIGNMENT_STATES",
    "OPEN_STATES",
    "ORDER_TABLE",
    "OrderState",
    "AssignmentState",
    "Row",
    "TERMINAL_STATES",
    "assignment_move",
    "order_move",
]
