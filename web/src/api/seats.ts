import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { useLive } from '@/lib/live'

import { api, unwrap } from './client'
import type { components } from './schema'

type Schemas = components['schemas']
export type OwnSeat = Schemas['OwnSeat']
export type SeatState = OwnSeat['state']
export type Seat = Schemas['SeatOut']
export type Floor = Schemas['FloorOut']
export type HelpCall = Schemas['HelpCallOut']

const keys = { own: ['seats', 'me'] as const, floor: ['seats', 'floor'] as const, day: (id: string) => ['seats', 'day', id] as const }
const LEAST_PAUSE = 3000

/** What one's own seat is in; a call for help that is answered is heard at once. */
export function useOwnSeat(enabled: MaybeRefOrGetter<boolean> = true) {
  const client = useQueryClient()
  const query = useQuery({ queryKey: keys.own, queryFn: ({ signal }) => unwrap(api.GET('/api/v1/seats/me', { signal })), enabled: computed(() => toValue(enabled)) })
  useLive(({ events, reset }) => {
    const call = query.data.value?.call?.id
    if (reset || (call && events.some((event) => event.subject_id === call))) void client.invalidateQueries({ queryKey: keys.own })
  })
  return query
}

/** Go on to a state. It is shown at once and taken back if the server refuses. */
export function useGoOn() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { state: SeatState; phone?: string }) => unwrap(api.PUT('/api/v1/seats/me', { body: { phone: '', ...body } })),
    meta: { shown: true },
    onMutate: ({ state }) => {
      const before = client.getQueryData<OwnSeat>(keys.own)
      if (before && before.state !== state) client.setQueryData<OwnSeat>(keys.own, { ...before, state, since: new Date().toISOString() })
      return before
    },
    onError: (_error, _body, before) => before && client.setQueryData(keys.own, before),
    onSuccess: (seat) => client.setQueryData(keys.own, seat),
  })
}

export function useAskHelp() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ key, ...body }: { words: string; text: string; key: string }) => unwrap(api.POST('/api/v1/seats/help', { body, headers: { 'Idempotency-Key': key } })),
    meta: { shown: true },
    onSettled: () => client.invalidateQueries({ queryKey: keys.own }),
  })
}

/** All seats of the shift. Seats change many times a second on a large floor: it is asked for anew at most every 3 s. */
export function useFloor() {
  const client = useQueryClient()
  const query = useQuery({ queryKey: keys.floor, queryFn: ({ signal }) => unwrap(api.GET('/api/v1/seats', { signal })) })
  let waiting: ReturnType<typeof setTimeout> | undefined
  useLive(({ events, reset }) => {
    const urgent = events.some((event) => event.type.startsWith('help.'))
    if (urgent) void client.invalidateQueries({ queryKey: keys.floor })
    else if (reset || events.some((event) => event.type === 'seat.changed')) {
      waiting ??= setTimeout(() => {
        waiting = undefined
        void client.invalidateQueries({ queryKey: keys.floor })
      }, Math.max(0, query.dataUpdatedAt.value + LEAST_PAUSE - Date.now()))
    }
  })
  return query
}

export function useSeatDay(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => keys.day(toValue(id))),
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/seats/{seat_id}/day', { params: { path: { seat_id: toValue(id) } }, signal })),
    enabled: computed(() => toValue(id) !== ''),
  })
}

/** A write of this room; whatever is shown of it is asked for anew. */
export function useSeatWrite<Wanted, Answer>(write: (wanted: Wanted) => Promise<Answer>) {
  const client = useQueryClient()
  return useMutation({ mutationFn: write, onSettled: () => client.invalidateQueries({ queryKey: ['seats'] }) })
}

export const takeCall = ({ call, reply }: { call: HelpCall; reply: string }) =>
  unwrap(api.POST('/api/v1/seats/help/{call_id}/take', { params: { path: { call_id: call.id } }, body: { reply, version: call.version } }))
export const endCall = (id: string) => unwrap(api.POST('/api/v1/seats/help/{call_id}/end', { params: { path: { call_id: id } }, body: {} }))
export const signOut = (seat: Seat) =>
  unwrap(api.POST('/api/v1/seats/{seat_id}/sign-out', { params: { path: { seat_id: seat.id } }, body: { version: seat.version } }))
