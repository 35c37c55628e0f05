import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { ElMessage } from 'element-plus'
import { onScopeDispose, reactive } from 'vue'

import { api, unwrap } from '@/api/client'
import { sentenceOf } from '@/api/query'

export interface Wanted {
  orderId: string
  orderNo: string
  version: number
  unit: { id: string; name: string }
  values: Record<string, unknown>
}

/** How long a decision can be taken back before it is sent. */
const TAKE_BACK = 6000

/**
 * Dispatch with one key: the decision waits a few seconds, in which Esc takes it back, then goes to the server. Leaving
 * the page sends what waits at once. What the server refuses (somebody else was quicker) comes back into the queue.
 */
export function useUndoableDispatch(onBack: (orderId: string) => void) {
  const client = useQueryClient()
  const waiting = reactive(new Map<string, Wanted & { until: number }>())
  const timers = new Map<string, ReturnType<typeof setTimeout>>()
  const send = useMutation({
    mutationFn: ({ orderId, version, values }: Wanted) =>
      unwrap(api.POST('/api/v1/orders/{order_id}/actions/{action}', { params: { path: { order_id: orderId, action: 'dispatch' } }, body: { version, values } })),
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
    waiting.set(wanted.orderId, { ...wanted, until: Date.now() + TAKE_BACK })
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
