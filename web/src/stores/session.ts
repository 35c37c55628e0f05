import { defineStore } from 'pinia'
import { computed, ref } from 'vue'

import { api, setCsrfToken, unwrap } from '@/api/client'
import { queryClient } from '@/api/query'
import type { components } from '@/api/schema'
import type { Me, Session } from '@/api/types'

const CENTRE_EYES = ['agent', 'team_leader', 'reviewer', 'duty_leader', 'visitor'] as const
const UNIT_EYES = ['unit_clerk', 'unit_leader', 'street_dispatcher'] as const

/** Who sits in front of this screen. Loaded once before the first page; writes carry its CSRF token. */
export const useSession = defineStore('session', () => {
  const me = ref<Me | null>(null)
  const loaded = ref(false)
  const centreName = ref('')
  const demo = ref(false)
  /** A larger file would be refused when all of it had travelled. */
  const maxFileMb = ref(0)
  /** The session ran out while a page was open: the person logs in again in place, and nothing on the page is lost. */
  const ended = ref(false)
  /** What the person must do before anything else: choose an own password, or set up the second factor. */
  const duty = ref<'password' | 'second-factor' | null>(null)
  const roles = computed(() => new Set((me.value?.roles ?? []).map((role) => role.code)))

  function take(session: Session): void {
    me.value = session.person ?? null
    centreName.value = session.centre_name
    demo.value = session.demo
    maxFileMb.value = session.max_file_mb
    duty.value = session.must_change_password ? 'password' : session.second_factor_required ? 'second-factor' : null
    setCsrfToken(session.csrf)
    loaded.value = true
  }

  async function load(): Promise<void> {
    take(await unwrap(api.GET('/api/v1/session')))
  }

  async function login(body: components['schemas']['Login']): Promise<void> {
    if (!loaded.value) await load()
    take(await unwrap(api.POST('/api/v1/session', { body })))
    queryClient.clear()
  }

  /** Something was refused that the page offered: the roles may have changed meanwhile. The page stays as it is. */
  let looking = false
  async function lookAgain(): Promise<void> {
    if (looking || !me.value) return
    looking = true
    try {
      const before = me.value.id
      const now = await unwrap(api.GET('/api/v1/session'))
      if (now.person?.id === before) take(now)
    } catch {
      // The refusal itself is told where it happened.
    } finally {
      looking = false
    }
  }

  /** Log in again above the open page. Only the same person goes on there; what is shown is asked for anew. */
  async function loginAgain(password: string, otp: string): Promise<void> {
    const before = me.value
    if (!before) return
    setCsrfToken((await unwrap(api.GET('/api/v1/session'))).csrf)
    take(await unwrap(api.POST('/api/v1/session', { body: { username: before.username, password, otp } })))
    ended.value = false
    await queryClient.invalidateQueries()
  }

  async function logout(): Promise<void> {
    await unwrap(api.DELETE('/api/v1/session'))
    forget()
    await load()
  }

  /** The server ended the session: keep nothing of the person's data on the screen. */
  function forget(): void {
    me.value = null
    loaded.value = ended.value = false
    queryClient.clear()
  }

  function hasRole(...codes: string[]): boolean {
    return codes.some((code) => roles.value.has(code))
  }

  const atUnit = computed(() => hasRole('unit_clerk', 'unit_leader', 'street_dispatcher', 'grid_worker'))

  /** Who may open masked data of an order; of a confidential one only the centre's people. The server checks again. */
  function seesPersonal(order: { confidential: boolean }): boolean {
    if (hasRole(...CENTRE_EYES)) return true
    return !order.confidential && hasRole(...UNIT_EYES)
  }

  return { atUnit, me, loaded, centreName, demo, maxFileMb, duty, roles, take, ended, load, lookAgain, login, loginAgain, logout, forget, hasRole, seesPersonal }
})
