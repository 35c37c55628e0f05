import { computed, ref, watch, type Ref } from 'vue'

import { useLive, type LiveEvent } from '@/lib/live'

/** What came for the unit since the list was last read, by what presses most. */
const KINDS: readonly (readonly [label: string, types: readonly string[]])[] = [
  ['新派来', ['order.dispatch', 'order.designate', 'order.reassign', 'order.add_assist', 'assignment.accept_objection', 'assignment.delegate', 'assignment.uphold_dispatch']],
  ['重办', ['order.judge', 'order.fail_audit']],
  ['被催办', ['order.urge']],
  ['超期', ['order.overdue', 'assignment.assignment_overdue', 'assignment.sign_overdue', 'assignment.contact_overdue']],
]

function kindOf(event: LiveEvent): string {
  return KINDS.find(([, types]) => types.includes(event.type))?.[0] ?? (/^(order|assignment)\./.test(event.type) ? '其他变化' : '')
}

/** A sentence such as "新派来 2 件，被催办 1 件"; empty while nothing has happened. */
export function useTaskNews(fetching: Ref<boolean>) {
  const seen = ref(new Map<string, Set<string>>())
  const missed = ref(false)
  useLive(({ events, reset }) => {
    missed.value ||= reset
    for (const event of events) {
      const kind = kindOf(event)
      if (!kind || !event.subject_id) continue
      const known = seen.value.get(kind) ?? new Set()
      seen.value.set(kind, known.add(event.subject_id))
    }
  })
  watch(fetching, (now) => {
    if (!now) return
    seen.value = new Map()
    missed.value = false
  })
  return computed(() => {
    const told = [...KINDS.map(([label]) => label), '其他变化'].flatMap((label) => {
      const size = seen.value.get(label)?.size
      return size ? [`${label} ${size} 件`] : []
    })
    if (told.length) return `${told.join('，')}，点击查看`
    return missed.value ? '任务可能已有变化，点击刷新' : ''
  })
}
