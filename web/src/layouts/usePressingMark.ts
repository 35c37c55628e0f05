import { computed, onScopeDispose, type Ref } from 'vue'

import { usePressing } from '@/api/orders'
import { useLive, type LiveEvent } from '@/lib/live'
import { PRESSING } from '@/lib/useOrderNews'

const SOON = 1000
/** A city files ten orders a second: hundreds of desks must not all count again at each of them. */
const APART = 20_000

/** What was given to a unit says nothing of its urgency; a unit hears only of its own. */
const GIVEN = new Set(['order.dispatch', 'order.designate', 'order.reassign', 'order.add_assist', 'assignment.delegate', 'assignment.accept_objection'])

function presses({ type, payload }: LiveEvent, atUnit: boolean): boolean {
  if (type.endsWith('overdue')) return true
  if (atUnit) return GIVEN.has(type)
  return typeof payload.urgency === 'string' && PRESSING.has(payload.urgency)
}

/** The counts beside the menu, asked for anew when something urgent came or ran late, and after the person's own actions. */
export function usePressingMark(enabled: Ref<boolean>, atUnit: Ref<boolean>) {
  const { data, refetch } = usePressing(enabled)
  let last = 0
  let waiting: ReturnType<typeof setTimeout> | undefined

  function again(): void {
    waiting = undefined
    last = Date.now()
    void refetch()
  }
  useLive(({ events, reset }) => {
    if (!enabled.value || waiting !== undefined) return
    if (!reset && !events.some((event) => presses(event, atUnit.value))) return
    waiting = setTimeout(again, Math.max(SOON, last + APART - Date.now()) * (1 + Math.random() / 2))
  })
  onScopeDispose(() => clearTimeout(waiting))
  return computed(() => (enabled.value && data.value ? { urgent: data.value.urgent, overdue: data.value.overdue } : { urgent: 0, overdue: 0 }))
}
