import type { OrderFilters } from '@/api/orders'

import { LATE, type Told } from './useOrderNews'

/** What an event says nothing of. */
const UNTOLD = ['words', 'unit', 'category', 'channel', 'type', 'supervised'] as const

/** Whether an order of which this was told belongs into a list under these filters; unsure counts as no. `waiting`: the states that wait for the reader. */
export function belongsTo(filters: OrderFilters, told: Told, waiting: readonly string[] = []): boolean {
  if (UNTOLD.some((name) => Boolean(filters[name]))) return false
  if (filters.urgency && told.urgency !== filters.urgency) return false
  if (filters.overdue && told.type !== LATE) return false
  if (filters.overdue && !filters.state && !filters.mine) return true
  if (!told.state) return false
  // A draft waits for its writer alone, and an event does not say who that is.
  if (filters.mine && (told.state === 'draft' || !waiting.includes(told.state))) return false
  return !filters.state || filters.state.split(',').includes(told.state)
}
