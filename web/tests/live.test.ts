import { VueQueryPlugin } from '@tanstack/vue-query'
import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { computed, defineComponent, h, nextTick, ref } from 'vue'

import { closeLive, openLive } from '@/lib/live'
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

describe('news of orders', () => {
  it('tells new orders from those shown, each once, and forgets when the list is asked for anew', async () => {
    const fetching = ref(false)
    const known = ref(new Set(['a']))
    const news = within(() => useListNews({ known, fetching, belongs: (state) => state === 'to_dispatch' }))
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
