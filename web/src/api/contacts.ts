import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { api, unwrap } from './client'
import type { components } from './schema'
import type { Filing } from './types'

export type AnalyseBody = components['schemas']['AnalyseIn']

/**
 * What the machine reads out of the words. The last answer stays on the screen while the next is on its way, but only
 * of the same contact (`about`): nobody is offered the place of the caller before.
 */
export function useAnalysis(body: MaybeRefOrGetter<AnalyseBody>, about: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => ['dispatch', 'analyse', toValue(about), toValue(body)] as const),
    queryFn: ({ signal }) => unwrap(api.POST('/api/v1/dispatch/analyse', { body: toValue(body), signal })),
    enabled: computed(() => toValue(body).text.trim().length >= 4),
    placeholderData: (previous, query) => (query?.queryKey[2] === toValue(about) ? previous : undefined),
    staleTime: 60_000,
    gcTime: 60_000,
    refetchOnWindowFocus: false,
  })
}

/** File an order. The key belongs to the draft, so that sending it twice files it once. */
export async function fileOrder({ filing, key }: { filing: Filing; key: string }) {
  // A line that swallows everything must not hold an agent: after ten seconds the order waits in the outbox instead.
  const given = new AbortController()
  const timer = setTimeout(() => given.abort(), 10_000)
  try {
    return await unwrap(api.POST('/api/v1/contacts/orders', { body: filing, headers: { 'Idempotency-Key': key }, signal: given.signal }))
  } finally {
    clearTimeout(timer)
  }
}

export function useFileOrder() {
  return useMutation({ mutationFn: fileOrder, meta: { shown: true } })
}

export type ContactBody = components['schemas']['ClosedContactIn']

/** End a contact that opens no order. */
export function useCloseContact() {
  return useMutation({
    mutationFn: ({ contact, key }: { contact: ContactBody; key: string }) =>
      unwrap(api.POST('/api/v1/contacts', { body: contact, headers: { 'Idempotency-Key': key } })),
    meta: { shown: true },
  })
}

export type Caller = components['schemas']['CallerOut']
export type CallerOrder = components['schemas']['CallerOrder']
export type ServeBody = components['schemas']['ServeIn']

/** Who calls with this number: one look-up for a whole number, never one for each digit. Kept only while it is shown. */
export function useCaller(phone: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => ['contacts', 'caller', toValue(phone)]),
    queryFn: async ({ signal }) => (await unwrap(api.POST('/api/v1/contacts/caller', { body: { phone: toValue(phone) }, signal }))).caller,
    enabled: computed(() => toValue(phone) !== ''),
    staleTime: 60_000,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  })
}

export async function revealCaller(id: string, field: 'phone' | 'name', reason: string): Promise<string> {
  return (await unwrap(api.POST('/api/v1/contacts/caller/{citizen_id}/reveal', { params: { path: { citizen_id: id } }, body: { field, reason } }))).value
}

/** How an order stands, in the words that the caller hears. */
export function useProgressOf(order: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => ['contacts', 'progress', toValue(order)]),
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/contacts/orders/{order_id}/progress', { params: { path: { order_id: toValue(order) } }, signal })),
    enabled: computed(() => toValue(order) !== ''),
    gcTime: 0,
  })
}

/** 催办, 补充, 查进度, 撤单 of an open order: the contact is kept, no new order is opened. */
export function useServe() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ order, body, key }: { order: string; body: ServeBody; key: string }) =>
      unwrap(api.POST('/api/v1/contacts/orders/{order_id}/serve', { params: { path: { order_id: order } }, body, headers: { 'Idempotency-Key': key } })),
    meta: { shown: true },
    onSettled: () => client.invalidateQueries({ queryKey: ['contacts', 'caller'] }),
  })
}

export type Handover = components['schemas']['HandoverOut']

/** What a shift left: one line for each order, as it stood then. */
export interface HandoverItem {
  id: string
  order_no: string
  title: string
  state: string
  urgency: string
  promised_at: string | null
}

const handovers = ['contacts', 'handovers'] as const

export function useHandovers() {
  return useQuery({
    queryKey: handovers,
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/contacts/handovers', { signal })),
  })
}

/** The document calls the lines of a handover plain objects; this is their shape. */
export function itemsOf(handover: Handover): readonly HandoverItem[] {
  return handover.items as unknown as readonly HandoverItem[]
}

/** 交班: the server gathers what is urgent or unfinished; the outgoing shift adds its words. */
export function useHandOver() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ note, key }: { note: string; key: string }) =>
      unwrap(api.POST('/api/v1/contacts/handovers', { body: { note }, headers: { 'Idempotency-Key': key } })),
    meta: { shown: true },
    onSettled: () => client.invalidateQueries({ queryKey: handovers }),
  })
}

/** 接班: the incoming shift signs. */
export function useSignHandover() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => unwrap(api.POST('/api/v1/contacts/handovers/{handover_id}/sign', { params: { path: { handover_id: id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: handovers }),
  })
}
