import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { api, unwrap } from './client'
import type { components } from './schema'

type Schemas = components['schemas']
export type Withdrawal = Schemas['WithdrawalOut']
export type Automation = Schemas['AutomationOut']
export type LabelProposal = Schemas['LabelProposalOut']

/** What a dispatcher decides by: clauses, precedents, settled orders like it, open orders about the same matter. */
export function useAdvice(orderId: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => ['dispatch', 'advice', toValue(orderId)]),
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/dispatch/orders/{id}/advice', { params: { path: { id: toValue(orderId) } }, signal })),
    enabled: computed(() => toValue(orderId) !== ''),
    staleTime: 30_000,
  })
}

const asked = <Body>(part: string, fetch: (signal: AbortSignal) => Promise<Body>) => useQuery({ queryKey: ['dispatch', part], queryFn: ({ signal }) => fetch(signal) })

export const useAutomation = () => asked('automation', (signal) => unwrap(api.GET('/api/v1/dispatch/automation', { signal })))
export const useAutomationUnits = () => asked('automation-units', (signal) => unwrap(api.GET('/api/v1/dispatch/automation/units', { signal })))
export const useModels = () => asked('models', (signal) => unwrap(api.GET('/api/v1/dispatch/models', { signal })))
export const useComparisons = () => asked('comparisons', (signal) => unwrap(api.GET('/api/v1/dispatch/comparisons', { signal })))
export const useDrift = () => asked('drift', (signal) => unwrap(api.GET('/api/v1/dispatch/drift', { signal })))
export const useLabelSources = () => asked('label-sources', (signal) => unwrap(api.GET('/api/v1/dispatch/labels/sources', { signal })))

/** A write of this room; everything the room shows is asked for anew after it. */
export function useDispatchWrite<Wanted, Answer>(write: (wanted: Wanted) => Promise<Answer>) {
  const client = useQueryClient()
  return useMutation({ mutationFn: write, onSuccess: () => client.invalidateQueries({ queryKey: ['dispatch'] }) })
}

export const setAutomation = (body: Schemas['AutomationIn']) => unwrap(api.POST('/api/v1/dispatch/automation', { body }))
export const promoteModel = (name: string) => unwrap(api.POST('/api/v1/dispatch/models/{name}/promote', { params: { path: { name } } }))
export const compareModel = (challenger: string) => unwrap(api.POST('/api/v1/dispatch/comparisons', { body: { challenger, champion: '' } }))
export const withdraw = (body: Schemas['WithdrawIn']) => unwrap(api.POST('/api/v1/dispatch/automation/withdrawals', { body }))
export const giveBack = ({ id, reason }: { id: string; reason: string }) => unwrap(api.POST('/api/v1/dispatch/automation/withdrawals/{id}/return', { params: { path: { id } }, body: { reason } }))
export const settleLabel = ({ id, body }: { id: string; body: Schemas['LabelSettleIn'] }) => unwrap(api.POST('/api/v1/dispatch/label-proposals/{id}/settle', { params: { path: { id } }, body }))
