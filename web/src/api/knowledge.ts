import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { useLive } from '@/lib/live'

import { api, unwrap } from './client'
import type { components } from './schema'

type Schemas = components['schemas']
export type Bulletin = Schemas['BulletinOut']
export type BulletinBody = Schemas['BulletinIn']
export type BulletinRevision = Schemas['BulletinRevisionIn']

const BOARD = ['knowledge', 'board'] as const

/** The board changes under the agent's eyes the moment a bulletin is published, revised or withdrawn. */
function useBulletinNews(): void {
  const client = useQueryClient()
  useLive(({ events, reset }) => {
    if (reset || events.some((event) => event.type.startsWith('bulletin.') && event.type !== 'bulletin.read')) void client.invalidateQueries({ queryKey: ['knowledge'] })
  })
}

export function useBoard() {
  useBulletinNews()
  return useQuery({ queryKey: BOARD, queryFn: ({ signal }) => unwrap(api.GET('/api/v1/knowledge/board', { signal })), staleTime: 60_000 })
}

export function useBulletins(cursor: MaybeRefOrGetter<string>) {
  useBulletinNews()
  return useQuery({
    queryKey: computed(() => ['knowledge', 'bulletins', toValue(cursor)]),
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/knowledge/bulletins', { params: { query: { limit: 50, ...(toValue(cursor) ? { cursor: toValue(cursor) } : {}) } }, signal })),
  })
}

export function useReaders(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => ['knowledge', 'readers', toValue(id)]),
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/knowledge/bulletins/{bulletin_id}/readers', { params: { path: { bulletin_id: toValue(id) } }, signal })),
    enabled: computed(() => toValue(id) !== ''),
  })
}

export function useBulletinWrite<Wanted, Answer>(write: (wanted: Wanted) => Promise<Answer>, shown = false) {
  const client = useQueryClient()
  return useMutation({ mutationFn: write, meta: { shown }, onSettled: () => client.invalidateQueries({ queryKey: ['knowledge'] }) })
}

export const publish = ({ body, key }: { body: BulletinBody; key: string }) =>
  unwrap(api.POST('/api/v1/knowledge/bulletins', { body, headers: { 'Idempotency-Key': key } }))
export const revise = ({ id, body }: { id: string; body: BulletinRevision }) =>
  unwrap(api.POST('/api/v1/knowledge/bulletins/{bulletin_id}/revise', { params: { path: { bulletin_id: id } }, body }))
export const withdrawBulletin = ({ id, version }: Bulletin) =>
  unwrap(api.POST('/api/v1/knowledge/bulletins/{bulletin_id}/withdraw', { params: { path: { bulletin_id: id } }, body: { version } }))
export const confirmRead = ({ id, edition }: Bulletin) =>
  unwrap(api.POST('/api/v1/knowledge/bulletins/{bulletin_id}/read', { params: { path: { bulletin_id: id } }, body: { edition } }))
