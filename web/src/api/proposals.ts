import { useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { api, unwrap } from './client'
import type { components } from './schema'

type Schemas = components['schemas']
export type Proposal = Schemas['ProposalOut']

/** New kinds of matter that gathered, with who has said what; ``id`` opens the orders behind one. */
export function useProposals(everything: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => ['dispatch', 'proposals', toValue(everything)]),
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/dispatch/proposals', { params: { query: { everything: toValue(everything) } }, signal })),
  })
}
export function useProposal(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => ['dispatch', 'proposals', 'one', toValue(id)]),
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/dispatch/proposals/{id}', { params: { path: { id: toValue(id) } }, signal })),
    enabled: computed(() => toValue(id) !== ''),
  })
}
const at = (id: string) => ({ params: { path: { id } } })
export const gather = () => unwrap(api.POST('/api/v1/dispatch/proposals/gather'))
export const propose = (id: string, body: Schemas['ProposeIn']) => unwrap(api.POST('/api/v1/dispatch/proposals/{id}/propose', { ...at(id), body }))
export const giveOpinion = (id: string, body: Schemas['OpinionIn']) => unwrap(api.POST('/api/v1/dispatch/proposals/{id}/opinions', { ...at(id), body }))
export const dismiss = (id: string, body: Schemas['DismissIn']) => unwrap(api.POST('/api/v1/dispatch/proposals/{id}/dismiss', { ...at(id), body }))
export const adopt = (id: string, body: Schemas['AdoptIn']) => unwrap(api.POST('/api/v1/dispatch/proposals/{id}/adopt', { ...at(id), body }))
