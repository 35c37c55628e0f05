import createClient, { type Middleware } from 'openapi-fetch'

import { ApiProblem } from './problem'
import type { paths } from './schema'

let csrfToken = ''
let onSignedOut: (() => void) | undefined
let onRefused: (() => void) | undefined

/** The token that the session end point hands out; sent back with every write. */
export function setCsrfToken(token: string): void {
  csrfToken = token
}

/** What to do when the server says that the session is over (the router shows the login page). */
export function whenSignedOut(callback: () => void): void {
  onSignedOut = callback
}

/** What to do when the server says that the person may not do this (any more). */
export function whenRefused(callback: () => void): void {
  onRefused = callback
}

const session: Middleware = {
  async onRequest({ request }) {
    if (['GET', 'HEAD'].includes(request.method)) return request
    // A public page may write before anybody has asked who is logged in.
    if (!csrfToken) csrfToken = (await unwrap(api.GET('/api/v1/session'))).csrf
    request.headers.set('X-CSRFToken', csrfToken)
    return request
  },
  onResponse({ response, schemaPath }) {
    if (response.status === 401 && schemaPath !== '/api/v1/session') onSignedOut?.()
    if (response.status === 403) onRefused?.()
  },
  onError() {
    return ApiProblem.unreachable()
  },
}

/** The one client for the API, typed by the server's own OpenAPI document. */
export const api = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: 'same-origin',
  headers: { Accept: 'application/json' },
})
api.use(session)

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** The data of an answer, or an ApiProblem thrown; the query layer and the pages only ever see these two. */
export async function unwrap<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer
  if (!response.ok || error !== undefined) throw ApiProblem.fromResponse(response.status, error, response.headers.get('X-Request-ID') ?? '')
  return data as T
}

/** A key that makes a repeated POST harmless. Works on plain http inside an office network, where randomUUID does not exist. */
export function idempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
