import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { api, unwrap } from './client'
import type { OrderDetail } from './types'

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
  sort?: 'due' | 'newest'
}

const keys = {
  list: (filters: OrderFilters, cursor: string) => ['orders', 'list', filters, cursor] as const,
  detail: (id: string) => ['orders', 'detail', id] as const,
  timeline: (id: string) => ['orders', 'timeline', id] as const,
}

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
    refetchInterval: 60_000,
  })
}

export function useOrder(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => keys.detail(toValue(id))),
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/orders/{id}', { params: { path: { id: toValue(id) } }, signal })),
  })
}

export function useTimeline(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => keys.timeline(toValue(id))),
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/orders/{id}/timeline', { params: { path: { id: toValue(id) } }, signal })),
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
      const request = { params: { path: { id, action } }, body: { version, values } }
      return unwrap(
        on === 'order'
          ? api.POST('/api/v1/orders/{id}/actions/{action}', request)
          : api.POST('/api/v1/assignments/{id}/actions/{action}', request),
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

/** One personal value of an order in plain; the server asks for the reason and audits it. Never cached. */
export async function revealField(id: string, field: string, reason: string): Promise<string> {
  const answer = await unwrap(api.POST('/api/v1/orders/{id}/reveal', { params: { path: { id } }, body: { field, reason } }))
  return answer.value
}

