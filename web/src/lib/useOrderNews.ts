import { useIsMutating } from '@tanstack/vue-query'
import { computed, ref, watch, type Ref } from 'vue'

import { useLive, type LiveEvent } from './live'

/** An order changes itself or by one of its assignments. */
function ofOrders(event: LiveEvent): boolean {
  return event.subject_type === 'orders.workorder' || event.subject_type === 'orders.assignment'
}

/** How many orders and assignments changed since the list was last asked for; `missed` when that can't be told. */
export function useListNews(fetching: Ref<boolean>) {
  const changed = ref(new Set<string>())
  const missed = ref(false)
  useLive(({ events, reset }) => {
    missed.value ||= reset
    for (const event of events) if (ofOrders(event) && event.subject_id) changed.value.add(event.subject_id)
  })
  watch(fetching, (now) => {
    if (!now) return
    changed.value = new Set()
    missed.value = false
  })
  return { count: computed(() => changed.value.size), missed }
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
