import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import type { SmallPhoto } from '@/lib/photo'
import { useEndlessList } from '@/lib/useEndlessList'

import { api, idempotencyKey, unwrap } from './client'
import type { components } from './schema'
import type { OrderItem } from './types'

type Schemas = components['schemas']
export type Signed = Schemas['SignedOut']
export type Delegation = Schemas['DelegationOut']
export type Clause = Schemas['CitableClause']
export type ReplyText = Schemas['ReplyText']
export type ReplyTemplate = Schemas['ReplyTemplateOut']
export type PhotoKind = 'before' | 'after' | 'scene'

export interface TaskFilters {
  state?: string
  own: boolean
  redo?: boolean
}

const PAGE = 30

/** What lies with the unit, by its own due time. */
export function useTasks(filters: MaybeRefOrGetter<TaskFilters>) {
  return useEndlessList<OrderItem>({
    name: () => ['orders', 'list', 'unit', toValue(filters)],
    fetchPage: (cursor, signal) =>
      unwrap(api.GET('/api/v1/assignments', { params: { query: { ...toValue(filters), limit: PAGE, ...(cursor ? { cursor } : {}) } }, signal })),
    keyOf: (row) => row.assignment?.id ?? row.id,
  })
}

/** Parts of units in a state, for who decides on what units ask. */
export function partPage(state: string, cursor: string, signal: AbortSignal) {
  return unwrap(api.GET('/api/v1/assignments', { params: { query: { state, limit: 100, ...(cursor ? { cursor } : {}) } }, signal }))
}

export function useTaskCounts(own: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => ['orders', 'list', 'unit-counts', toValue(own)]),
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/undertaking/counts', { params: { query: { own: toValue(own) } }, signal })),
  })
}

/** 批量签收: the answer says of each that could not be signed why. */
export function useSignMany() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (items: Schemas['SignWanted'][]) => unwrap(api.POST('/api/v1/undertaking/sign', { body: { items } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['orders'] }),
  })
}

/** Where work can be handed on to, and when it would be due there. */
export function useDelegation(assignment: MaybeRefOrGetter<string>, enabled: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => ['undertaking', 'units', toValue(assignment)]),
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/undertaking/assignments/{assignment_id}/units', { params: { path: { assignment_id: toValue(assignment) } }, signal })),
    enabled: computed(() => toValue(enabled)),
    staleTime: 0,
  })
}

export function useClauses(assignment: MaybeRefOrGetter<string>, enabled: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => ['undertaking', 'clauses', toValue(assignment)]),
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/undertaking/assignments/{assignment_id}/clauses', { params: { path: { assignment_id: toValue(assignment) } }, signal })),
    enabled: computed(() => toValue(enabled)),
  })
}

export function useReplyTexts(assignment: MaybeRefOrGetter<string>, enabled: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => ['undertaking', 'replies', toValue(assignment)]),
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/undertaking/assignments/{assignment_id}/replies', { params: { path: { assignment_id: toValue(assignment) } }, signal })),
    enabled: computed(() => toValue(enabled)),
    staleTime: 0,
  })
}

/** The texts that the reader looks after, with the standard ones and the gaps that all may use. */
export function useTemplates() {
  return useQuery({ queryKey: ['undertaking', 'templates'], queryFn: ({ signal }) => unwrap(api.GET('/api/v1/undertaking/templates', { signal })) })
}

/** The key belongs to the form, so that sending it again after a lost answer makes one template. */
export const addTemplate = (body: Schemas['ReplyTemplateIn'], key: string) =>
  unwrap(api.POST('/api/v1/undertaking/templates', { params: { header: { 'Idempotency-Key': key } }, body }))
const templatePath = (template_id: string) => ({ params: { path: { template_id } } })
export const correctTemplate = (id: string, body: Schemas['ReplyTemplatePatchIn']) =>
  unwrap(api.PATCH('/api/v1/undertaking/templates/{template_id}', { ...templatePath(id), body }))
export const endTemplate = (id: string, body: Schemas['ReplyTemplateEndIn']) =>
  unwrap(api.POST('/api/v1/undertaking/templates/{template_id}/end', { ...templatePath(id), body }))

/** Ask for a way to the citizen that shows no number. */
export function useRelayCall(assignment: MaybeRefOrGetter<string>) {
  return useMutation({
    mutationFn: () => unwrap(api.POST('/api/v1/undertaking/assignments/{assignment_id}/calls', { params: { path: { assignment_id: toValue(assignment) } } })),
    meta: { shown: true },
  })
}

/** Put one photo beside an order; sent again with the same key it is kept once. */
export async function sendPhoto(orderId: string, photo: SmallPhoto, kind: PhotoKind, key = idempotencyKey()): Promise<void> {
  const form = new FormData()
  form.append('file', photo.blob, photo.name)
  form.append('kind', kind)
  form.append('taken_at', photo.takenAt)
  if (photo.place) {
    form.append('longitude', String(photo.place.longitude))
    form.append('latitude', String(photo.place.latitude))
  }
  await unwrap(
    api.POST('/api/v1/orders/{order_id}/attachments', {
      params: { path: { order_id: orderId }, header: { 'Idempotency-Key': key } },
      body: { file: photo.name, kind },
      bodySerializer: () => form,
    }),
  )
}
