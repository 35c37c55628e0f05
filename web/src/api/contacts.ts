import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { api, unwrap } from './client'
import type { components } from './schema'
import type { Filing } from './types'

export type AnalyseBody = components['schemas']['AnalyseIn']

/** What the machine reads out of the words. The last answer stays on the screen while the next is on its way. */
export function useAnalysis(body: MaybeRefOrGetter<AnalyseBody>) {
  return useQuery({
    queryKey: computed(() => ['dispatch', 'analyse', toValue(body)]),
    queryFn: ({ signal }) => unwrap(api.POST('/api/v1/dispatch/analyse', { body: toValue(body), signal })),
    enabled: computed(() => toValue(body).text.trim().length >= 4 || toValue(body).phone !== ''),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    gcTime: 60_000,
    refetchOnWindowFocus: false,
  })
}

/** File an order. The key belongs to the draft, so that sending it twice files it once. */
export function useFileOrder() {
  return useMutation({
    mutationFn: ({ filing, key }: { filing: Filing; key: string }) =>
      unwrap(api.POST('/api/v1/contacts/orders', { body: filing, headers: { 'Idempotency-Key': key } })),
    meta: { shown: true },
  })
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
