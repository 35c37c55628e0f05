import type { Column } from '@/components/DataTable.vue'

export interface RuleKind {
  code: 'catalogue' | 'bans' | 'place-rules' | 'directed-rules'
  label: string
  empty: string
  columns: readonly Column[]
}

const CATEGORY: Column = { key: 'category', label: '事项' }
const UNIT: Column = { key: 'unit', label: '单位', width: '17%' }
const BASIS: Column = { key: 'basis', label: '依据', width: '12%' }
const SINCE: Column = { key: 'since', label: '有效期', width: '120px' }
const ACTS: Column = { key: 'acts', label: '', width: '124px', align: 'right' }

/** Which columns each kind of rule shows. */
export const RULE_KINDS: readonly [RuleKind, ...RuleKind[]] = [
  {
    code: 'catalogue',
    label: '派单目录',
    empty: '导入目录后，按事项和区划直接找到承办单位。',
    columns: [{ key: 'clause', label: '条款', width: '80px' }, CATEGORY, { key: 'division', label: '区划', width: '12%' }, UNIT, { key: 'part', label: '', width: '52px' }, BASIS, SINCE, ACTS],
  },
  { code: 'bans', label: '不得分派', empty: '列出不得派给基层或某类单位的事项，先于一切规则和模型。', columns: [CATEGORY, { key: 'banned', label: '不得派给', width: '22%' }, BASIS, SINCE, ACTS] },
  { code: 'place-rules', label: '点位派单', empty: '一个地点固定由一家单位负责的，登记在这里。', columns: [{ key: 'place', label: '地点', width: '20%' }, CATEGORY, UNIT, BASIS, SINCE, ACTS] },
  {
    code: 'directed-rules',
    label: '定向规则',
    empty: '符合条件就派给指定单位的规则，登记在这里。',
    columns: [{ key: 'name', label: '规则', width: '16%' }, CATEGORY, { key: 'words', label: '须含词', width: '16%' }, UNIT, BASIS, SINCE, ACTS],
  },
]
