import { computed, type Ref } from 'vue'

import { useSearch } from '@/api/search'
import { useStateTable } from '@/api/states'
import { allowedFor, MENU, SYSTEM_PAGES } from '@/router/menu'
import { useSession } from '@/stores/session'

export interface Hit {
  key: string
  title: string
  hint: string
  to: string
}

export interface HitGroup {
  label: string
  hits: readonly Hit[]
}

/** What is said by the digits alone: a telephone number, its end, the number of an order. */
function ordersLabel(words: string): string {
  if (/^\d{4}$/.test(words)) return `工单：尾号或编号 ${words}`
  if (/^[\d\s()（）+-]{7,24}$/.test(words)) return '工单：按电话或编号'
  return '工单'
}

/** Pages first, for who only wants to go somewhere; then what the server found, in groups. */
export function useFound(words: Ref<string>) {
  const session = useSession()
  const { lookup } = useStateTable()
  const query = useSearch(words)

  const pages = computed((): Hit[] => {
    const said = words.value
    const mine = [
      ...allowedFor(MENU, session.hasRole).map((entry) => ({ path: entry.path, label: entry.label })),
      ...SYSTEM_PAGES.filter((page) => !page.roles || session.hasRole(...page.roles)).map((page) => ({ path: page.path, label: `系统管理 · ${page.label}` })),
    ]
    return mine.filter((page) => !said || page.label.includes(said)).slice(0, said ? 5 : 8).map((page) => ({ key: `p${page.path}`, title: page.label, hint: '', to: page.path }))
  })

  const groups = computed((): HitGroup[] => {
    const found = words.value.length >= 2 ? query.data.value : undefined
    const orders = (found?.orders.items ?? []).map((row) => ({
      key: row.id, title: row.title, to: `/orders/${row.id}`,
      hint: [row.order_no, lookup('order', row.state).label, row.lead_unit?.name].filter(Boolean).join(' · '),
    }))
    const all = found && found.orders.count > orders.length
      ? [{ key: 'all', title: `查看全部 ${found.orders.count}${found.orders.count_capped ? '+' : ''} 件`, hint: '', to: `/orders?sort=newest&words=${encodeURIComponent(words.value)}` }]
      : []
    return [
      { label: ordersLabel(words.value), hits: [...orders, ...all] },
      { label: '页面', hits: pages.value },
      { label: '地点（看那里的工单）', hits: (found?.places ?? []).map((row) => ({ key: `g${row.kind}${row.name}${row.hint}`, title: row.name, hint: row.hint, to: `/orders?sort=newest&words=${encodeURIComponent(row.name)}` })) },
      { label: '单位（看它的工单）', hits: (found?.units ?? []).map((row) => ({ key: row.id, title: row.name, hint: row.hint, to: `/orders?unit=${row.id}` })) },
      { label: '人员', hits: (found?.people ?? []).map((row) => ({ key: row.id, title: row.name, hint: row.hint, to: '' })) },
    ].filter((group) => group.hits.length)
  })
  return { groups, query }
}
