/** What lies with a unit, cut by what it waits for. */
export interface TaskTab {
  code: string
  label: string
  states: readonly string[]
  redo?: boolean
  empty: string
  hint: string
}

const ASKED = ['extending', 'suspended', 'ruling', 'objected'] as const
const OPEN = ['to_sign', 'handling', 'unit_approval', ...ASKED] as const

export const TABS: readonly [TaskTab, ...TaskTab[]] = [
  { code: 'all', label: '在办', states: OPEN, empty: '没有在办的任务', hint: '派给本单位的工单会出现在这里，按剩余时间排列。' },
  { code: 'sign', label: '待签收', states: ['to_sign'], empty: '没有待签收的任务', hint: '新派来的工单会出现在这里，请在签收期限内签收。' },
  { code: 'handling', label: '办理中', states: ['handling'], empty: '没有办理中的任务', hint: '签收以后、送审签以前的任务在这里。' },
  { code: 'approval', label: '待审签', states: ['unit_approval'], empty: '没有待审签的答复', hint: '经办人送来的答复由审签领导在这里审签。' },
  { code: 'asked', label: '申请中', states: ASKED, empty: '没有待批的申请', hint: '延期、挂账、不合理认定和退单，批复以前在这里。' },
  { code: 'redo', label: '重办', states: OPEN, redo: true, empty: '没有重办的任务', hint: '回访不满意、研判为合理的诉求会退回重办。' },
]

export function tabOf(code: unknown): TaskTab {
  return TABS.find((tab) => tab.code === code) ?? TABS[0]
}
