import { VueQueryPlugin } from '@tanstack/vue-query'
import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { computed, defineComponent, h, nextTick, ref } from 'vue'

import { closeLive, openLive } from '@/lib/live'
import { belongsTo } from '@/lib/orderFilters'
import { useListNews, useOneNews } from '@/lib/useOrderNews'

/** A server's end of the socket, moved by the test. */
class Wire extends EventTarget {
  static readonly OPEN = 1
  static opened: Wire[] = []
  readyState = 1
  constructor(readonly address: URL) {
    super()
    Wire.opened.push(this)
  }
  close(code = 1006): void {
    this.dispatchEvent(Object.assign(new Event('close'), { code }))
  }
  say(position: number, ids: string[], reset = false, state = ''): void {
    const events = ids.map((id) => ({ position, type: 'order.sign', subject_type: 'orders.workorder', subject_id: id, payload: { order: id, order_state: state } }))
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify({ position, reset, events }) }))
  }
  tell(position: number, type: string, subject: 'workorder' | 'assignment', payload: Record<string, string>): void {
    const events = [{ position, type, subject_type: `orders.${subject}`, subject_id: 's', payload }]
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify({ position, reset: false, events }) }))
  }
  static get last(): Wire {
    return Wire.opened.at(-1) as Wire
  }
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', Wire)
  Wire.opened = []
  openLive()
})
afterEach(() => {
  closeLive()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

function within<T>(use: () => T): T {
  let given!: T
  mount(defineComponent({ setup: () => ((given = use()), () => h('i')) }), { global: { plugins: [VueQueryPlugin] } })
  return given
}

describe('the live socket', () => {
  it('is opened once and goes on where it was lost', async () => {
    openLive()
    expect(Wire.opened).toHaveLength(1)
    expect(Wire.last.address.search).toBe('')
    Wire.last.say(41, [])
    Wire.last.close()
    await vi.advanceTimersByTimeAsync(2000)
    expect(Wire.opened).toHaveLength(2)
    expect(Wire.last.address.search).toBe('?after=41')
  })

  it('does not come back when the session is over', async () => {
    Wire.last.close(4401)
    await vi.advanceTimersByTimeAsync(120_000)
    expect(Wire.opened).toHaveLength(1)
  })
})

describe('what belongs into a list', () => {
  const told = { type: 'order.filed', state: 'to_dispatch', part: '', urgency: 'urgent' }

  it('is an order in one of its states, of its urgency, and nothing that an event does not tell', () => {
    expect(belongsTo({ state: 'to_dispatch,consulting' }, told)).toBe(true)
    expect(belongsTo({ state: 'consulting' }, told)).toBe(false)
    expect(belongsTo({ urgency: 'urgent' }, told)).toBe(true)
    expect(belongsTo({ urgency: 'emergency' }, told)).toBe(false)
    expect(belongsTo({ unit: 'u1' }, told)).toBe(false)
  })

  it('waits for the reader only in the states that do, and a draft only for its writer', () => {
    expect(belongsTo({ mine: true }, told, ['to_dispatch'])).toBe(true)
    expect(belongsTo({ mine: true }, told, ['to_audit'])).toBe(false)
    expect(belongsTo({ mine: true }, { ...told, state: 'draft' }, ['draft'])).toBe(false)
  })

  it('is late once that is said', () => {
    expect(belongsTo({ overdue: true }, told)).toBe(false)
    expect(belongsTo({ overdue: true }, { ...told, type: 'order.overdue', state: '' })).toBe(true)
  })
})

describe('news of orders', () => {
  it('tells a new order by the state it was filed in, and what of it is urgent', async () => {
    const news = within(() => useListNews({ known: ref(new Set<string>()), fetching: ref(false), belongs: (told) => told.state === 'to_dispatch' }))
    Wire.last.tell(1, 'order.filed', 'workorder', { order: 'a', state: 'to_dispatch', urgency: 'urgent' })
    Wire.last.tell(2, 'order.filed', 'workorder', { order: 'b', state: 'to_dispatch', urgency: 'general' })
    await vi.advanceTimersByTimeAsync(1000)
    expect(news.text.value).toBe('2 条新工单（1 条紧急），点击更新')
    expect(news.presses.value).toBe(true)
    Wire.last.tell(3, 'order.dispatch', 'workorder', { order: 'a', order_state: 'in_hand' })
    await vi.advanceTimersByTimeAsync(1000)
    expect(news.text.value).toBe('1 条新工单，点击更新')
    expect(news.presses.value).toBe(false)
  })

  it('tells a part that a unit objects to, and an order of the list that ran late', async () => {
    const parts = within(() => useListNews({ known: ref(new Set<string>()), fetching: ref(false), belongs: (told) => told.part === 'objected' }))
    const shown = within(() => useListNews({ known: ref(new Set(['a'])), fetching: ref(false) }))
    Wire.last.tell(1, 'assignment.object_to_dispatch', 'assignment', { order: 'a', order_state: 'in_hand', to: 'objected' })
    Wire.last.tell(2, 'assignment.sign', 'assignment', { order: 'b', order_state: 'in_hand', to: 'handling' })
    await vi.advanceTimersByTimeAsync(1000)
    expect(parts.text.value).toBe('1 条新工单，点击更新')
    Wire.last.tell(3, 'order.overdue', 'workorder', { order: 'a' })
    await vi.advanceTimersByTimeAsync(1000)
    expect(shown.text.value).toBe('1 条刚超期，1 条有变化，点击更新')
    expect(shown.presses.value).toBe(true)
  })

  it('tells new orders from those shown, each once, and forgets when the list is asked for anew', async () => {
    const fetching = ref(false)
    const known = ref(new Set(['a']))
    const news = within(() => useListNews({ known, fetching, belongs: (told) => told.state === 'to_dispatch' }))
    Wire.last.say(1, ['a', 'b'], false, 'to_dispatch')
    Wire.last.say(2, ['a', 'c'], false, 'closed')
    expect(news.text.value).toBe('')
    await vi.advanceTimersByTimeAsync(1000)
    expect(news.text.value).toBe('1 条新工单，1 条有变化，点击更新')
    Wire.last.say(3, ['b'], false, 'in_hand')
    await vi.advanceTimersByTimeAsync(1000)
    expect(news.come.value).toBe(0)
    fetching.value = true
    await nextTick()
    expect(news.text.value).toBe('')
  })

  it('says that something was missed when the server can not tell what', async () => {
    const news = within(() => useListNews({ known: ref(new Set<string>()), fetching: ref(false) }))
    Wire.last.say(9, [], true)
    await vi.advanceTimersByTimeAsync(1000)
    expect(news.missed.value).toBe(true)
  })

  it('tells of the open order and its assignments only', async () => {
    const take = vi.fn<() => void>()
    const one = { id: ref('a'), parts: computed(() => new Set(['a1'])), fetching: ref(false), take }
    const changed = within(() => useOneNews(one))
    Wire.last.say(1, ['b'])
    await vi.advanceTimersByTimeAsync(1000)
    expect(changed.value).toBe(false)
    Wire.last.say(2, ['a1'])
    await vi.advanceTimersByTimeAsync(1000)
    expect(changed.value).toBe(true)
    expect(take).not.toHaveBeenCalled()
  })
})
