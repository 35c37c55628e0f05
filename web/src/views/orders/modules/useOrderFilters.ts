import { computed } from 'vue'
import { useRoute, useRouter, type LocationQueryValue } from 'vue-router'

import type { OrderFilters } from '@/api/orders'

const TEXTS = ['words', 'state', 'unit', 'category', 'urgency', 'channel', 'type'] as const
const FLAGS = ['overdue', 'supervised', 'mine'] as const

function text(value: LocationQueryValue | LocationQueryValue[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? ''
}

/** The filters live in the address, so that a list can be reloaded, gone back to and sent to a colleague. */
export function useOrderFilters() {
  const route = useRoute()
  const router = useRouter()

  const filters = computed<OrderFilters>({
    get() {
      const found: OrderFilters = { sort: text(route.query.sort) === 'newest' ? 'newest' : 'due' }
      for (const name of TEXTS) if (text(route.query[name])) found[name] = text(route.query[name])
      for (const name of FLAGS) if (text(route.query[name]) === '1') found[name] = true
      return found
    },
    set(next) {
      const query: Record<string, string> = {}
      for (const name of TEXTS) if (next[name]) query[name] = next[name]
      for (const name of FLAGS) if (next[name]) query[name] = '1'
      if (next.sort === 'newest') query.sort = 'newest'
      void router.replace({ query })
    },
  })
  /** Whether anything narrows the list; 待我办 is a list of its own and does not count. */
  const active = computed(() => Boolean(filters.value.overdue) || Boolean(filters.value.supervised) || TEXTS.some((name) => Boolean(filters.value[name])))

  function clear(): void {
    filters.value = { sort: filters.value.sort ?? 'due', ...(filters.value.mine ? { mine: true } : {}) }
  }
  return { filters, active, clear }
}
