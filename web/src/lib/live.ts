import { onScopeDispose, shallowRef, type Ref } from 'vue'

/** What happened to one row, in ids and codes; whoever wants to know more asks the API. */
export interface LiveEvent {
  position: number
  type: string
  subject_type: string
  subject_id: string | null
  payload: Record<string, unknown>
}

export interface News {
  events: readonly LiveEvent[]
  /** More was missed than the server tells again: whatever is shown may be out of date. */
  reset: boolean
}

/** Somebody else who has the same thing open. */
export interface Present {
  name: string
  unit: string
  editing: boolean
}

type Listener = (news: News) => void

/** News is passed on five times a second at most: at once for a person, and a busy hotline does not keep the page drawing. */
const BATCH = 200
const FIRST_WAIT = 1000
const LONGEST_WAIT = 60_000
/** The session is over, or the page is not the centre's own: asking again would not help. */
const REFUSED = new Set([4401, 4403])

const listeners = new Set<Listener>()
let socket: WebSocket | null = null
let position: number | null = null
let wait = FIRST_WAIT
let retrying: ReturnType<typeof setTimeout> | undefined
let passing: ReturnType<typeof setTimeout> | undefined
let waiting: LiveEvent[] = []
let missed = false

function passOn(): void {
  passing = undefined
  const news: News = { events: waiting, reset: missed }
  waiting = []
  missed = false
  for (const listener of listeners) listener(news)
}

/** What this page shows and whether it is being changed here; said again when a lost socket comes back. */
let shown = { at: '', editing: false }
const others = shallowRef<{ at: string; people: readonly Present[] }>({ at: '', people: [] })

function say(): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(shown))
}

/** Tell the others at the same thing that somebody is here too, or is changing it; `''` when it is left. */
export function showAt(at: string, editing = false): void {
  if (at !== shown.at) others.value = { at, people: [] }
  shown = { at, editing }
  say()
}

/** Who else has open what this page shows. */
export const presentOthers: Readonly<Ref<{ at: string; people: readonly Present[] }>> = others

function hear(text: string): void {
  const message = JSON.parse(text) as News & { position: number; presence?: { at: string; people: Present[] } }
  if (message.presence) {
    if (message.presence.at === shown.at) others.value = message.presence
    return
  }
  position = message.position
  wait = FIRST_WAIT
  missed ||= message.reset
  waiting.push(...message.events)
  if (missed || waiting.length) passing ??= setTimeout(passOn, BATCH)
}

function connect(): void {
  retrying = undefined
  const address = new URL('/ws/live', window.location.href)
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
  if (position !== null) address.searchParams.set('after', String(position))
  const opened = new WebSocket(address)
  socket = opened
  opened.addEventListener('message', ({ data }: MessageEvent<string>) => {
    if (socket === opened) hear(data)
  })
  opened.addEventListener('open', () => socket === opened && shown.at && say())
  opened.addEventListener('close', ({ code }) => {
    if (socket !== opened) return
    socket = null
    if (REFUSED.has(code)) return
    // Spread out, so that a restarted server is not met by every desk in the same second.
    retrying = setTimeout(connect, wait * (0.5 + Math.random()))
    wait = Math.min(wait * 2, LONGEST_WAIT)
  })
}

/** Open the one socket of this session; it goes on where it was lost. */
export function openLive(): void {
  if (!socket && retrying === undefined) connect()
}

/** Whether news comes in by itself, so that nothing needs to be asked for again. */
export function isLive(): boolean {
  return socket?.readyState === WebSocket.OPEN
}

/** The session ends: nothing of it is kept for the next person at this desk. */
export function closeLive(): void {
  clearTimeout(retrying)
  clearTimeout(passing)
  retrying = passing = undefined
  const closing = socket
  socket = null
  closing?.close()
  position = null
  shown = { at: '', editing: false }
  others.value = { at: '', people: [] }
  wait = FIRST_WAIT
  waiting = []
  missed = false
}

/** Hear what happens for as long as the calling component lives. */
export function useLive(listener: Listener): void {
  listeners.add(listener)
  onScopeDispose(() => listeners.delete(listener))
}
