import type { ListColumn } from '@/components/list/columns'

/** What a list of orders can show. `left` and `filed` are what the server sorts by. */
export const ORDER_COLUMNS: readonly ListColumn[] = [
  { key: 'left', label: '剩余时间', width: 128, sort: 'due', fixed: true },
  { key: 'title', label: '诉求', width: 300, grow: true, fixed: true },
  { key: 'state', label: '状态', width: 108 },
  { key: 'unit', label: '主办单位', width: 160, roomy: true },
  { key: 'place', label: '事发地', width: 128, roomy: true },
  { key: 'kind', label: '类型 · 渠道', width: 104, roomy: true },
  { key: 'filed', label: '受理时间', width: 128, sort: 'newest', roomy: true },
  { key: 'number', label: '工单编号', width: 150, optional: true, roomy: true },
  { key: 'category', label: '事项', width: 220, optional: true, roomy: true },
  { key: 'division', label: '区划', width: 130, optional: true, roomy: true },
  { key: 'urgency', label: '紧急程度', width: 90, optional: true, roomy: true },
  { key: 'flags', label: '标记', width: 180, optional: true, roomy: true },
  { key: 'citizen', label: '诉求人', width: 170, optional: true, roomy: true },
  { key: 'promised', label: '承诺时间', width: 128, optional: true, roomy: true },
]
