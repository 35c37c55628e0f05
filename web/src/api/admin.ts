/** Writes of 系统管理: each returns what the server says; pages ask their lists anew afterwards. */
import { useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import type { FormValues } from '@/lib/actionForm'

import { api, idempotencyKey, unwrap } from './client'
import type { components } from './schema'

type Schemas = components['schemas']
export type UnitHistory = Schemas['UnitHistory']
export type RoleDetail = Schemas['RoleDetail']
export type Token = Schemas['TokenOut']
export type Webhook = Schemas['WebhookOut']
export type LimitLine = Schemas['LimitOut']
export type PolicyRow = Schemas['PolicyOut']
export type DeclineLine = Schemas['DeclineOut']
export type Responsibility = Schemas['ResponsibilityOut']
export type Tree = Schemas['TreeOut']

/** A header that makes a repeated POST harmless. */
export const once = () => ({ header: { 'Idempotency-Key': idempotencyKey() } })

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

// ---- units

export function useUnitHistory(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => ['org', 'unit-history', toValue(id)]),
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/org/units/{unit_id}/history', { params: { path: { unit_id: toValue(id) } }, signal })),
    enabled: computed(() => toValue(id) !== ''),
  })
}

const unitPath = (unit_id: string) => ({ params: { path: { unit_id } } })

export const createUnit = (body: Schemas['UnitNew']) => unwrap(api.POST('/api/v1/org/units', { params: once(), body }))
export const updateUnit = (id: string, body: Schemas['UnitChange']) => unwrap(api.PATCH('/api/v1/org/units/{unit_id}', { ...unitPath(id), body }))
export const renameUnit = (id: string, version: number, values: FormValues) =>
  unwrap(api.POST('/api/v1/org/units/{unit_id}/rename', { ...unitPath(id), body: { version, name: text(values.name), effective: text(values.effective), basis: text(values.basis) } }))
export const moveUnit = (id: string, version: number, parent: string | null) => unwrap(api.POST('/api/v1/org/units/{unit_id}/move', { ...unitPath(id), body: { version, parent } }))
export const mergeUnit = (id: string, values: FormValues) =>
  unwrap(
    api.POST('/api/v1/org/units/{unit_id}/merge', {
      ...unitPath(id),
      body: { successor: text(values.successor), others: (values.others as string[] | undefined) ?? [], effective: text(values.effective), basis: text(values.basis) },
    }),
  )
export const splitUnit = (id: string, values: FormValues) =>
  unwrap(api.POST('/api/v1/org/units/{unit_id}/split', { ...unitPath(id), body: { successors: values.successors as string[], effective: text(values.effective), basis: text(values.basis) } }))
export const abolishUnit = (id: string, values: FormValues) =>
  unwrap(api.POST('/api/v1/org/units/{unit_id}/abolish', { ...unitPath(id), body: { successor: text(values.successor) || null, effective: text(values.effective), basis: text(values.basis) } }))
export const activateUnit = (id: string, version: number) => unwrap(api.POST('/api/v1/org/units/{unit_id}/activate', { ...unitPath(id), body: { version } }))
export const addAlias = (id: string, name: string) => unwrap(api.POST('/api/v1/org/units/{unit_id}/aliases', { ...unitPath(id), body: { name } }))
export const removeAlias = (id: string, name: string) => unwrap(api.DELETE('/api/v1/org/units/{unit_id}/aliases', { params: { path: { unit_id: id }, query: { name } } }))

// ---- people

const personPath = (person_id: string) => ({ params: { path: { person_id } } })

export const invitePerson = (body: Schemas['PersonNew']) => unwrap(api.POST('/api/v1/org/people', { params: once(), body }))
export const updatePerson = (id: string, body: Schemas['PersonChange']) => unwrap(api.PATCH('/api/v1/org/people/{person_id}', { ...personPath(id), body }))
export const setRoles = (id: string, body: Schemas['RolesChange']) => unwrap(api.PUT('/api/v1/org/people/{person_id}/roles', { ...personPath(id), body }))
export const deactivatePerson = (id: string, body: Schemas['Deactivate']) => unwrap(api.POST('/api/v1/org/people/{person_id}/deactivate', { ...personPath(id), body }))
export const activatePerson = (id: string, version: number) => unwrap(api.POST('/api/v1/org/people/{person_id}/activate', { ...personPath(id), body: { version } }))
export const resetPassword = (id: string) => unwrap(api.POST('/api/v1/org/people/{person_id}/reset-password', personPath(id)))
export const unlockPerson = (id: string) => unwrap(api.POST('/api/v1/org/people/{person_id}/unlock', personPath(id)))
export const resetSecondFactor = (id: string) => unwrap(api.POST('/api/v1/org/people/{person_id}/reset-second-factor', personPath(id)))

export function useRoles() {
  return useQuery({ queryKey: ['org', 'roles'], queryFn: ({ signal }) => unwrap(api.GET('/api/v1/org/roles', { signal })), staleTime: Infinity })
}

/** What each role may do, as the state tables have it. */
export function useRoleMoves() {
  return useQuery({ queryKey: ['terms', 'roles'], queryFn: ({ signal }) => unwrap(api.GET('/api/v1/terms/roles', { signal })), staleTime: Infinity })
}

// ---- categories and responsibilities

export function useTrees() {
  return useQuery({ queryKey: ['taxonomy', 'trees'], queryFn: ({ signal }) => unwrap(api.GET('/api/v1/taxonomy/trees', { signal })) })
}
export const newEdition = (body: { copy_of: number; edition: string; effective_from: string }) => unwrap(api.POST('/api/v1/taxonomy/trees', { body: { code: '', name: '', ...body } }))
export const addCategory = (body: Schemas['CategoryIn']) => unwrap(api.POST('/api/v1/taxonomy/categories', { body }))
export const changeCategory = (category_id: number, body: Schemas['CategoryPatchIn']) => unwrap(api.PATCH('/api/v1/taxonomy/categories/{category_id}', { params: { path: { category_id } }, body }))
export const retireCategory = (category_id: number, body: Schemas['CategoryRetireIn']) => unwrap(api.POST('/api/v1/taxonomy/categories/{category_id}/retire', { params: { path: { category_id } }, body }))
export const addResponsibility = (body: Schemas['ResponsibilityIn']) => unwrap(api.POST('/api/v1/taxonomy/responsibilities', { params: once(), body }))
export const endResponsibility = (id: string, body: Schemas['TreeEndIn']) => unwrap(api.POST('/api/v1/taxonomy/responsibilities/{id}/end', { params: { path: { id } }, body }))

// ---- limits, choices, grounds for declining

export function useLimits(everything: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => ['terms', 'limits', toValue(everything)]),
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/terms/limits', { params: { query: { everything: toValue(everything) } }, signal })),
  })
}
export function usePolicies() {
  return useQuery({ queryKey: ['terms', 'policies'], queryFn: ({ signal }) => unwrap(api.GET('/api/v1/terms/policies', { signal })) })
}
export function useDeclines(everything: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => ['terms', 'declines', toValue(everything)]),
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/terms/declines', { params: { query: { everything: toValue(everything) } }, signal })),
  })
}
export const setLimit = (body: Schemas['LimitNew']) => unwrap(api.POST('/api/v1/terms/limits', { body }))
export const setPolicy = (body: Schemas['PolicyNew']) => unwrap(api.POST('/api/v1/terms/policies', { body }))
export const setDecline = (body: Schemas['DeclineNew']) => unwrap(api.POST('/api/v1/terms/declines', { body }))
export const endTerm = (table: 'limits' | 'policies' | 'declines', line: { id: number | null; version: number }, last_day: string): Promise<unknown> => {
  const call = { params: { path: { id: line.id ?? 0 } }, body: { version: line.version, last_day } }
  if (table === 'limits') return unwrap(api.POST('/api/v1/terms/limits/{id}/end', call))
  if (table === 'policies') return unwrap(api.POST('/api/v1/terms/policies/{id}/end', call))
  return unwrap(api.POST('/api/v1/terms/declines/{id}/end', call))
}

// ---- tokens and webhooks

export const issueToken = (body: Schemas['TokenNew']) => unwrap(api.POST('/api/v1/org/tokens', { params: once(), body }))
export const revokeToken = (token_id: string) => unwrap(api.DELETE('/api/v1/org/tokens/{token_id}', { params: { path: { token_id } } }))
export function useScopes() {
  return useQuery({ queryKey: ['org', 'scopes'], queryFn: ({ signal }) => unwrap(api.GET('/api/v1/org/scopes', { signal })), staleTime: Infinity })
}
export function useWebhooks() {
  return useQuery({ queryKey: ['webhooks'], queryFn: ({ signal }) => unwrap(api.GET('/api/v1/webhooks', { signal })) })
}
const hookPath = (public_id: string) => ({ params: { path: { public_id } } })
export const createWebhook = (body: Schemas['WebhookIn']) => unwrap(api.POST('/api/v1/webhooks', { params: once(), body }))
export const updateWebhook = (id: string, body: Schemas['WebhookChange']) => unwrap(api.PATCH('/api/v1/webhooks/{public_id}', { ...hookPath(id), body }))
export const renewSecret = (id: string, version: number) => unwrap(api.POST('/api/v1/webhooks/{public_id}/secret', { ...hookPath(id), body: { version } }))
export const testWebhook = (id: string) => unwrap(api.POST('/api/v1/webhooks/{public_id}/test', hookPath(id)))
export const retryWebhook = (id: string) => unwrap(api.POST('/api/v1/webhooks/{public_id}/retry', hookPath(id)))

// ---- the calendar

export const setDay = (day: string, body: Schemas['DayIn']) => unwrap(api.PUT('/api/v1/calendar/days/{day}', { params: { path: { day } }, body }))
export const fillYear = (year: number) => unwrap(api.POST('/api/v1/calendar/{year}/fill', { params: { path: { year } } }))
export const confirmYear = (year: number, reason: string) => unwrap(api.POST('/api/v1/calendar/{year}/confirm', { params: { path: { year } }, body: { reason } }))
export const setShifts = (name: string, body: Schemas['ShiftsIn']) => unwrap(api.PUT('/api/v1/calendar/shifts/{name}', { params: { path: { name } }, body }))

// ---- what citizens are told

export const setNotice = (body: Schemas['NoticeTemplateIn']) => unwrap(api.POST('/api/v1/notices/templates', { body }))
export const previewNotice = (body: Schemas['TemplatePreviewIn']) => unwrap(api.POST('/api/v1/notices/templates/preview', { body }))
export const endNotice = (public_id: string, body: Schemas['NoticeTemplateEndIn']) => unwrap(api.POST('/api/v1/notices/templates/{public_id}/end', { params: { path: { public_id } }, body }))
