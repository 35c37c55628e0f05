import { useIsMutating } from '@tanstack/vue-query'
import { computed, ref, watch, type Ref } from 'vue'

import { useLive, type LiveEvent } from './live'

/** An order changes itself or by one of its assignments. */
function ofOrders(event: LiveEvent): boolean {
  return event.subject_type === 'orders.workorder' || event.subject_type === 'orders.assignment'
}

interface Watched {
  /** The orders that the list shows. */
  known: Ref<ReadonlySet<string>>
  fetching: Ref<boolean>
  /** Whether an order that just came into this state would be in the list; unsure counts as no. */
  belongs?: (state: string) => boolean
}

/** What happened to a list since it was last asked for: orders that came in, and those shown that changed. */
export function useListNews({ known, fetching, belongs = () => false }: Watched) {
  const come = ref(new Set<string>())
  const changed = ref(new Set<string>())
  const missed = ref(false)
  useLive(({ events, reset }) => {
    missed.value ||= reset
    for (const event of events) {
      if (!ofOrders(event)) continue
      const order = typeof event.payload.order === 'string' ? event.payload.order : event.subject_id
      if (!order) continue
      if (known.value.has(order)) changed.value.add(order)
      else if (belongs(typeof event.payload.order_state === 'string' ? event.payload.order_state : '')) come.value.add(order)
      else come.value.delete(order)
    }
  })
  watch(fetching, (now) => {
    if (!now) return
    come.value = new Set()
    changed.value = new Set()
    missed.value = false
  })
  const text = computed(() => {
    const parts = [come.value.size ? `${come.value.size} 条新工单` : '', changed.value.size ? `${changed.value.size} 条有变化` : ''].filter(Boolean)
    if (parts.length) return `${parts.join('，')}，点击更新`
    return missed.value ? '列表可能已有变化，点击更新' : ''
  })
  return { come: computed(() => come.value.size), changed: computed(() => changed.value.size), missed, text }
}

/** What one's own action brings about arrives a moment after its answer. */
const OWN = 4000

interface One {
  id: Ref<string>
  /** Ids of its assignments: it changes by them too. */
  parts: Ref<ReadonlySet<string>>
  fetching: Ref<boolean>
  take: () => void
}

/**
 * Whether an order changed since it was last asked for. What comes right after a person's own action is that action:
 * it is taken in quietly instead of being announced to its author.
 */
export function useOneNews({ id, parts, fetching, take }: One) {
  const changed = ref(false)
  const acting = useIsMutating()
  let acted = -Infinity
  watch(acting, () => (acted = Date.now()))
  useLive(({ events, reset }) => {
    const own = (subject: string | null): boolean => subject !== null && (subject === id.value || parts.value.has(subject))
    if (!reset && !events.some((event) => own(event.subject_id))) return
    if (acting.value || Date.now() - acted < OWN) take()
    else changed.value = true
  })
  watch([id, fetching], ([at, asking], [before]) => {
    if (asking || at !== before) changed.value = false
  })
  return changed
}
