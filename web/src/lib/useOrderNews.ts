import { useIsMutating } from '@tanstack/vue-query'
import { computed, ref, watch, type Ref } from 'vue'

import { useLive, type LiveEvent } from './live'

/** An order changes itself or by one of its assignments. */
function ofOrders(event: LiveEvent): boolean {
  return event.subject_type === 'orders.workorder' || event.subject_type === 'orders.assignment'
}

export const LATE = 'order.overdue'
export const PRESSING: ReadonlySet<string> = new Set(['urgent', 'emergency'])

/** What an event tells of an order: where it stands now, and a part of it, as far as it says. */
export interface Told {
  type: string
  state: string
  part: string
  urgency: string
}

interface Watched {
  /** The orders that the list shows. */
  known: Ref<ReadonlySet<string>>
  fetching: Ref<boolean>
  /** Whether an order of which this was told would be in the list now; unsure counts as no. */
  belongs?: (told: Told) => boolean
}

const said = (value: unknown): string => (typeof value === 'string' ? value : '')

function toldBy({ type, subject_type, payload }: LiveEvent): Told {
  // A new order says its state; whatever moves afterwards says the order's beside that of the part it moved.
  const ofPart = subject_type === 'orders.assignment'
  return { type, state: said(payload.order_state) || (ofPart ? '' : said(payload.state)), part: ofPart ? said(payload.to) : '', urgency: said(payload.urgency) }
}

/** What happened to a list since it was last asked for: orders that came in, those that ran late, and those that changed. */
export function useListNews({ known, fetching, belongs = () => false }: Watched) {
  const come = ref(new Set<string>())
  const urgent = ref(new Set<string>())
  const late = ref(new Set<string>())
  const changed = ref(new Set<string>())
  const missed = ref(false)
  const all = [come, urgent, late, changed]

  function hear(event: LiveEvent): void {
    const order = said(event.payload.order) || event.subject_id
    if (!order) return
    const told = toldBy(event)
    const shown = known.value.has(order)
    const here = shown || belongs(told)
    if (here && told.type === LATE) late.value.add(order)
    else if (shown) changed.value.add(order)
    else if (here) {
      come.value.add(order)
      if (PRESSING.has(told.urgency)) urgent.value.add(order)
    } else if (told.state) for (const each of [come, urgent, late]) each.value.delete(order)
  }

  useLive(({ events, reset }) => {
    missed.value ||= reset
    events.filter(ofOrders).forEach(hear)
  })
  watch(fetching, (now) => {
    if (!now) return
    for (const each of all) each.value = new Set()
    missed.value = false
  })
  const text = computed(() => {
    const arrived = come.value.size ? `${come.value.size} 条新工单${urgent.value.size ? `（${urgent.value.size} 条紧急）` : ''}` : ''
    const parts = [arrived, late.value.size ? `${late.value.size} 条刚超期` : '', changed.value.size ? `${changed.value.size} 条有变化` : ''].filter(Boolean)
    if (parts.length) return `${parts.join('，')}，点击更新`
    return missed.value ? '列表可能已有变化，点击更新' : ''
  })
  /** Something presses among it: said in colour too. */
  const presses = computed(() => urgent.value.size + late.value.size > 0)
  return { come: computed(() => come.value.size), changed: computed(() => changed.value.size), missed, text, presses }
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
