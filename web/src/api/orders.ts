import { keepPreviousData, useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { isLive } from '@/lib/live'

import { api, unwrap } from './client'
import type { Analysis, OrderDetail } from './types'

export interface OrderFilters {
  words?: string
  state?: string
  unit?: string
  category?: string
  urgency?: string
  channel?: string
  type?: string
  overdue?: boolean
  mine?: boolean
  supervised?: boolean
  sort?: 'due' | 'newest'
}

const keys = {
  list: (filters: OrderFilters, cursor: string) => ['orders', 'list', filters, cursor] as const,
  detail: (id: string) => ['orders', 'detail', id] as const,
  timeline: (id: string) => ['orders', 'timeline', id] as const,
}

/** Where changes are announced, coming back to the window does not move what is being read. */
const refetchOnWindowFocus = (): boolean => !isLive()

/** Something happened to orders: what is kept of them is asked for anew where it is opened next, not under the reader's eyes. */
export function ageOrders(client: QueryClient): void {
  for (const part of ['list', 'detail', 'timeline']) void client.invalidateQueries({ queryKey: ['orders', part], refetchType: 'none' })
}

/** A page of the list; `useEndlessList` asks for one after the other. */
export function orderPage(filters: OrderFilters, cursor: string, signal: AbortSignal) {
  return unwrap(api.GET('/api/v1/orders', { params: { query: { ...filters, limit: 100, ...(cursor ? { cursor } : {}) } }, signal }))
}

/** Orders with a 退单 that waits for a decision, the shortest time first. */
export function objectedPage(cursor: string, signal: AbortSignal) {
  return unwrap(api.GET('/api/v1/assignments', { params: { query: { state: 'objected', limit: 100, ...(cursor ? { cursor } : {}) } }, signal }))
}

/** The list as a table, made by the server under the reader's rights, and how many orders it holds. */
export async function downloadOrders(filters: OrderFilters, columns: readonly string[], signal: AbortSignal): Promise<{ file: Blob; rows: number }> {
  const answer = await api.GET('/api/v1/orders/lists/export.xlsx', { params: { query: { ...filters, columns: columns.join(',') } }, parseAs: 'blob', signal })
  const file = await unwrap(Promise.resolve(answer as { data?: Blob; error?: unknown; response: Response }))
  return { file, rows: Number(answer.response.headers.get('X-Rows') ?? 0) }
}

/** Who changed which field of an order from what to what. */
export function useVersions(id: MaybeRefOrGetter<string>, enabled: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => [...keys.timeline(toValue(id)), 'versions'] as const),
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/orders/{order_id}/versions', { params: { path: { order_id: toValue(id) } }, signal })),
    enabled: computed(() => toValue(enabled)),
  })
}

/** Carry the same action out on several orders, one after the other; what is refused is told with its number and reason. */
export async function actOnMany(
  wanted: readonly { id: string; orderNo: string; version: number; action: string; values: Record<string, unknown> }[],
  told: (done: number) => void = () => undefined,
): Promise<{ done: number; refused: { orderNo: string; problem: unknown }[] }> {
  const refused: { orderNo: string; problem: unknown }[] = []
  for (const [index, { id, orderNo, version, action, values }] of wanted.entries()) {
    try {
      await unwrap(api.POST('/api/v1/orders/{order_id}/actions/{action}', { params: { path: { order_id: id, action } }, body: { version, values } }))
    } catch (problem) {
      refused.push({ orderNo, problem })
    }
    told(index + 1)
  }
  return { done: wanted.length - refused.length, refused }
}

/** How much of what waits for the reader is urgent or late, for the mark beside the menu. */
export function usePressing(enabled: MaybeRefOrGetter<boolean> = true) {
  return useQuery({
    queryKey: ['orders', 'list', 'pressing'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/orders/lists/pressing', { signal })),
    enabled: computed(() => toValue(enabled)),
    staleTime: 60_000,
    refetchOnWindowFocus,
  })
}

export const orderListName = (filters: OrderFilters) => ['orders', 'list', 'endless', filters] as const

export function useOrderPage(filters: MaybeRefOrGetter<OrderFilters>, cursor: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => keys.list(toValue(filters), toValue(cursor))),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/orders', {
          params: { query: { ...toValue(filters), limit: 50, ...(toValue(cursor) ? { cursor: toValue(cursor) } : {}) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchOnWindowFocus,
  })
}

const fetchOrder = (id: string, signal: AbortSignal) => unwrap(api.GET('/api/v1/orders/{order_id}', { params: { path: { order_id: id } }, signal }))

/** One order, for who asks for several at once. */
export const orderQuery = (id: string) => ({ queryKey: keys.detail(id), queryFn: ({ signal }: { signal: AbortSignal }) => fetchOrder(id, signal), refetchOnWindowFocus })

export function useOrder(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => keys.detail(toValue(id))),
    queryFn: ({ signal }) => fetchOrder(toValue(id), signal),
    enabled: computed(() => toValue(id) !== ''),
    refetchOnWindowFocus,
  })
}

export function useTimeline(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => keys.timeline(toValue(id))),
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/orders/{order_id}/timeline', { params: { path: { order_id: toValue(id) } }, signal })),
    refetchOnWindowFocus,
  })
}

export interface ActionCall {
  on: 'order' | 'assignment'
  id: string
  action: string
  version: number
  values: Record<string, unknown>
}

/** Carry an allowed action out. The answer is the order as it now stands; lists and the timeline are asked for anew. */
export function useOrderAction(orderId: MaybeRefOrGetter<string>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ on, id, action, version, values }: ActionCall): Promise<OrderDetail> => {
      const body = { version, values }
      return unwrap(
        on === 'order'
          ? api.POST('/api/v1/orders/{order_id}/actions/{action}', { params: { path: { order_id: id, action } }, body })
          : api.POST('/api/v1/assignments/{assignment_id}/actions/{action}', { params: { path: { assignment_id: id, action } }, body }),
      )
    },
    meta: { shown: true },
    onSuccess: (order) => client.setQueryData(keys.detail(toValue(orderId)), order),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['orders', 'list'] }),
        client.invalidateQueries({ queryKey: keys.detail(toValue(orderId)) }),
        client.invalidateQueries({ queryKey: keys.timeline(toValue(orderId)) }),
      ]),
  })
}

/** Put files beside an order, one after the other; the server judges each by its content. */
export function useAttach(orderId: MaybeRefOrGetter<string>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (files: readonly File[]) => {
      for (const file of files) {
        const form = new FormData()
        form.append('file', file)
        await unwrap(
          api.POST('/api/v1/orders/{order_id}/attachments', {
            params: { path: { order_id: toValue(orderId) } },
            body: { file: file.name },
            bodySerializer: () => form,
          }),
        )
      }
    },
    meta: { shown: true },
    onSettled: () => client.invalidateQueries({ queryKey: keys.detail(toValue(orderId)) }),
  })
}

/** One personal value of an order in plain; the server asks for the reason and audits it. Never cached. */
export async function revealField(id: string, field: string, reason: string): Promise<string> {
  const answer = await unwrap(api.POST('/api/v1/orders/{order_id}/reveal', { params: { path: { order_id: id } }, body: { field, reason } }))
  return answer.value
}


/**
 * What the machine read out of an order. Dispatching stands above orders, so their document can't name its shape;
 * it is the one of POST /dispatch/analyse.
 */
export function analysisOf(order: OrderDetail | undefined): Analysis | null {
  return (order?.analysis as Analysis | null | undefined) ?? null
}
