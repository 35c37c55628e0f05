import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { ElMessage } from 'element-plus'
import { onScopeDispose, reactive } from 'vue'

import { api, unwrap } from '@/api/client'
import { sentenceOf } from '@/api/query'

export interface Wanted {
  orderId: string
  orderNo: string
  /** What was decided, as the queue shows it: 派往 某单位. */
  label: string
  on: 'order' | 'assignment'
  /** Of the order or the assignment, with its version. */
  target: string
  version: number
  action: string
  values: Record<string, unknown>
}

/** How long a decision can be taken back before it is sent. */
const TAKE_BACK = 6000

/**
 * One key decides: the decision waits a few seconds, in which Esc takes it back, then goes to the server. Leaving
 * the page sends what waits at once. What the server refuses (somebody else was quicker) comes back into the queue.
 */
export function useUndoable(onBack: (orderId: string) => void) {
  const client = useQueryClient()
  const waiting = reactive(new Map<string, Wanted>())
  const timers = new Map<string, ReturnType<typeof setTimeout>>()
  const send = useMutation({
    mutationFn: ({ on, target, action, version, values }: Wanted) => {
      const body = { version, values }
      return unwrap(
        on === 'order'
          ? api.POST('/api/v1/orders/{order_id}/actions/{action}', { params: { path: { order_id: target, action } }, body })
          : api.POST('/api/v1/assignments/{assignment_id}/actions/{action}', { params: { path: { assignment_id: target, action } }, body }),
      )
    },
    meta: { shown: true },
    onError: (problem, wanted) => {
      ElMessage.error({ message: `${wanted.orderNo}：${sentenceOf(problem)}`, duration: 8000, showClose: true })
      onBack(wanted.orderId)
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['orders'] }),
  })

  async function go(orderId: string): Promise<void> {
    const wanted = waiting.get(orderId)
    clearTimeout(timers.get(orderId))
    timers.delete(orderId)
    if (!wanted) return
    await send.mutateAsync(wanted).catch(() => undefined)
    waiting.delete(orderId)
  }

  function choose(wanted: Wanted): void {
    if (waiting.has(wanted.orderId)) return
    waiting.set(wanted.orderId, wanted)
    timers.set(wanted.orderId, setTimeout(() => void go(wanted.orderId), TAKE_BACK))
  }

  /** Take the latest decision back that has not been sent. */
  function takeBack(): string | null {
    const latest = [...timers.keys()].at(-1)
    if (latest === undefined) return null
    clearTimeout(timers.get(latest))
    timers.delete(latest)
    waiting.delete(latest)
    return latest
  }

  onScopeDispose(() => [...timers.keys()].forEach((orderId) => void go(orderId)))
  return { waiting, choose, takeBack }
}
