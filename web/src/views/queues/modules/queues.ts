import type { OrderFilters } from '@/api/orders'
import type { QUEUE_NAMES } from '@/router/menu'

/** One list of a queue: orders by what they wait for, or parts of units by what these asked of the centre. */
export interface QueueTab {
  code: string
  label: string
  filters?: OrderFilters
  parts?: string
  /** Actions in the order of their keys; the first is the main one. */
  actions: readonly string[]
  /** Who decides here; everybody of the queue where not said. */
  roles?: readonly string[]
  /** The first action's form stands open: there is nothing to decide before it. */
  open?: boolean
  empty: string
  hint: string
}

export interface Queue {
  tabs: readonly [QueueTab, ...QueueTab[]]
}

const EXTENSIONS: QueueTab = {
  code: 'extending', label: '延期待批', parts: 'extending', actions: ['decide_extension'], open: true,
  empty: '没有待批的延期', hint: '承办单位申请延期后，请在一个工作日内审批；同意后会告知诉求人新的期限。',
}

const RULINGS: QueueTab = {
  code: 'ruling', label: '不合理认定', parts: 'ruling', actions: ['decide_ruling'], open: true, empty: '没有待认定的申请', hint: '承办单位认为诉求不合理时，请核实后认定。',
}

/** By the names of the addresses. */
export const QUEUES: Readonly<Record<keyof typeof QUEUE_NAMES, Queue>> = {
  review: {
    tabs: [
      { code: 'to_review', label: '待审核', filters: { state: 'to_review', sort: 'due' }, actions: ['approve', 'back', 'ask_info', 'amend', 'merge', 'decline'], empty: '没有待审核的诉求', hint: '市民在网上、微信和手机应用提交的诉求先到这里审核。' },
      { code: 'need_info', label: '待补充', filters: { state: 'need_info', sort: 'due' }, actions: ['supplement', 'give_up_info'], empty: '没有等待补充的诉求', hint: '请诉求人补充以后，回复以前在这里；计时暂停。' },
      EXTENSIONS,
    ],
  },
  audit: {
    tabs: [{ code: 'to_audit', label: '办结待审', filters: { state: 'to_audit', sort: 'due' }, actions: ['pass_audit', 'fail_audit'], empty: '没有待审的办结', hint: '各单位都提交答复以后，工单到这里审核，通过后回访或办结。' }],
  },
  visit: {
    tabs: [{ code: 'to_visit', label: '待回访', filters: { state: 'to_visit', sort: 'newest' }, actions: ['record_visit', 'urge', 'add_words'], open: true, empty: '没有待回访的工单', hint: '没有通过短信评价的，由人回访；三次未接通按无效回访办结。' }],
  },
  judge: {
    tabs: [
      { code: 'to_judge', label: '待研判', filters: { state: 'to_judge', sort: 'newest' }, actions: ['judge', 'close_shelved'], open: true, empty: '没有待研判的工单', hint: '回访未解决或不满意的，由人判断诉求是否合理。' },
      RULINGS,
    ],
  },
  supervise: {
    tabs: [
      { code: 'overdue', label: '超期', filters: { overdue: true, sort: 'due' }, actions: ['supervise', 'urge', 'escalate_difficult'], empty: '没有超期的工单', hint: '过了承诺期限还没有办结的会出现在这里。' },
      { code: 'supervised', label: '督办中', filters: { supervised: true, sort: 'due' }, actions: ['urge', 'supervise', 'escalate_difficult'], empty: '没有督办中的工单', hint: '督办过、还没有办结的在这里，看单位有没有动。' },
      { code: 'soon', label: '快到期', filters: { state: 'in_hand', sort: 'due' }, actions: ['supervise', 'urge', 'escalate_difficult'], empty: '没有承办中的工单', hint: '按剩余时间排列，先催快到期的。' },
    ],
  },
  approvals: {
    tabs: [
      EXTENSIONS,
      { code: 'suspended', label: '挂账', parts: 'suspended', roles: ['duty_leader'], actions: ['decide_suspension', 'resume'], open: true, empty: '没有挂账的任务', hint: '须长期解决的，同意后计时暂停，到复查日再看。' },
      { ...RULINGS, roles: ['duty_leader'] },
    ],
  },
}
