"""The report of a trial, in a clerk's Chinese: what Huying would have done with a centre's own orders."""

from collections.abc import Iterable

from huying.engines.analyst.pages import (
    bullets,
    case,
    heading,
    page,
    paragraph,
    per_hundred,
    percent,
    section,
    table,
    tiles,
)
from huying.engines.analyst.trial import Example, Promise, Trial
from huying.engines.labels.proposals import KINDS

SHOWN_EMERGENCIES = 10
SHOWN_PROPOSALS = 20
_LINES = {"110": "110 报警", "119": "119 消防", "120": "120 急救", "122": "122 交通事故"}


def trial_page(trial: Trial, name: str) -> str:
    """`name`: of the file that was tried."""
    first, last, count = trial.later
    since, until, learned = trial.earlier
    lead = f"{name}：用 {since} 至 {until} 的 {learned:,} 件学习，在 {first} 至 {last} 的 {count:,} 件上试派"
    body = [
        heading("在您自己的工单上，呼应会怎么派", lead),
        tiles(_tiles(trial)),
        paragraph(_summary(trial)),
        section("能自动派多少，守不守得住承诺"),
        *_promises(trial),
        section("派得对的（把握最大的几件）"),
        *_cases(trial.right_examples, bad=False),
        section("派得与记录不同的"),
        paragraph("下面是模型把握大、却与记录不同的。有的是模型错了，有的是当时记录的单位值得再看一眼。", "note"),
        *_cases(trial.wrong_examples, bad=True),
        section("哪些单位容易混"),
        *_confusions(trial),
        section("会提醒的紧急情况"),
        *_emergencies(trial),
        section("标签治理建议"),
        *_proposals(trial),
        section("怎么看这份报告"),
        bullets(_remarks(trial)),
    ]
    return page("呼应试派报告", body)


def _chosen(trial: Trial) -> Promise:
    return next(one for one in trial.promises if one.limit == trial.limit)


def _tiles(trial: Trial) -> list[tuple[str, str]]:
    count, chosen = trial.later[2], _chosen(trial)
    return [
        (f"{count:,}", "件较晚的工单拿来试派"),
        (percent(trial.right / count), "首选单位与实际一致"),
        (percent(trial.in_three / count), "前三个里有实际单位"),
        (percent(chosen.automatic / count) if chosen.provable else "暂不", f"可自动派（{per_hundred(chosen.limit)}）"),
        (f"{len(trial.emergencies):,}", "件会提醒转 110/119/120/122"),
    ]


def _summary(trial: Trial) -> str:
    count, chosen = trial.later[2], _chosen(trial)
    if not chosen.provable:
        looser = next((one for one in trial.promises if one.provable), None)
        tail = (
            f"放宽到{per_hundred(looser.limit)}时，可自动派 {looser.automatic:,} 件，其中 {looser.wrong:,} 件与记录不同。"
            if looser
            else "历史工单再多一些，才谈得上自动派单；在此之前，全部给派单员看前几个单位和依据。"
        )
        return f"按{per_hundred(chosen.limit)}的承诺，现有工单还证明不了，所以一件也不会自动派。{tail}"
    share = chosen.wrong / max(1, chosen.automatic)
    return (
        f"按{per_hundred(chosen.limit)}的承诺，{count:,} 件里有 {chosen.automatic:,} 件不必经派单员；"
        f"其中 {chosen.wrong:,} 件与记录的单位不同，折合每 100 件 {share * 100:.1f} 件。其余 {count - chosen.automatic:,} 件"
        "交派单员，屏幕上已排好前几个单位和依据。"
    )


def _promises(trial: Trial) -> list[str]:
    count = trial.later[2]
    rows = [
        (
            per_hundred(one.limit),
            one.automatic / count if one.provable else "—",
            f"{one.automatic:,} 件" if one.provable else "证明不了，不自动派",
            f"{one.wrong:,} 件" if one.provable else "—",
            f"{one.wrong / max(1, one.automatic) * 100:.1f} 件" if one.provable and one.automatic else "—",
        )
        for one in trial.promises
    ]
    why = [(reason, number) for reason, number in trial.reasons]
    made = [
        table(("承诺", "可自动派", "件数", "与记录不同", "折合每 100 件"), rows, bar=1),
        paragraph("门槛只用较早的工单定，较晚的工单没有参与；所以这一栏是真的守得住守不住，不是调出来的。", "note"),
    ]
    if why:
        made += [paragraph(f"按{per_hundred(trial.limit)}，交给派单员的原因："), table(("原因", "件数"), why)]
    return made


def _cases(examples: Iterable[Example], *, bad: bool) -> list[str]:
    made = [
        case(
            one.text,
            f"工单 {one.number}　呼应：{one.said}（把握 {one.probability:.0%}）　实际：{one.done}",
            bad=bad,
        )
        for one in examples
    ]
    return made or [paragraph("没有。")]


def _confusions(trial: Trial) -> list[str]:
    made = [table(("实际承办", "呼应首选", "件数"), trial.confusions)] if trial.confusions else [paragraph("没有。")]
    if trial.unknown_units:
        units = "、".join(f"{name}（{count} 件）" for name, count in trial.unknown_units[:12])
        made.append(paragraph(f"较早的工单里没有或只有一件、所以学不到的单位：{units}。"))
    return made


def _emergencies(trial: Trial) -> list[str]:
    said = f"另有 {trial.urgent:,} 件会标为紧急（24 小时内处理），{trial.repeats:,} 件看得出是重复反映。"
    if not trial.emergencies:
        return [paragraph("没有需要转 110/119/120/122 的。" + said)]
    made = [
        case(one.text, f"工单 {one.number}　建议转 {_LINES.get(line, line)}，因为写着“{words}”", bad=True)
        for one, line, words in trial.emergencies[:SHOWN_EMERGENCIES]
    ]
    rest = len(trial.emergencies) - len(made)
    more = [paragraph(f"其余 {rest:,} 件从略。", "note")] if rest > 0 else []
    return [*made, *more, paragraph(said)]


def _proposals(trial: Trial) -> list[str]:
    if not trial.proposals:
        return [paragraph("没有发现需要治理的。")]
    shown = sorted(trial.proposals, key=lambda one: -one.count * one.confidence)[:SHOWN_PROPOSALS]
    rows = [
        (KINDS[one.kind], f"{one.subject} → {one.target}" if one.target else one.subject or "—", one.count, one.reason)
        for one in shown
    ]
    return [
        paragraph(f"共 {len(trial.proposals)} 条，下面是影响最大的 {len(shown)} 条。逐条同意后再训练，会更准。"),
        table(("种类", "建议", "件数", "理由"), rows),
        paragraph("全部建议可用 huying labels propose 写成表格，逐条填“同意”或“不同意”。", "note"),
    ]


def _remarks(trial: Trial) -> list[str]:
    return [
        "“与记录不同”不等于派错：记录本身也有派错、改派和多个单位都说得过去的情况。",
        "试派只用了文字；上线后还有派单目录、点位、规则和判例，会更准，也会拦下不得分派的。",
        "文字里坐席已写好的交办语（“请某某局核实处理”）读之前已去掉，没有偷看答案。",
        "号码、证件、车牌已换成记号；报告里仍有诉求内容，请按工单的密级保管。",
        "没有可判断的内容、过长、大半不是中文、像写给机器的指令、应转紧急电话的，无论把握多大都不自动派。",
    ]
