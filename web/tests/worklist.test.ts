import { VueQueryPlugin } from '@tanstack/vue-query'
import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { computed, defineComponent, h, ref } from 'vue'

import { choiceFrom, placed, type ListColumn } from '@/components/list/columns'
import { useListKeys } from '@/components/list/useListKeys'
import { useSelection } from '@/components/list/useSelection'
import { wordDiff } from '@/lib/wordDiff'

const columns: ListColumn[] = [
  { key: 'left', label: '剩余时间', width: 100, fixed: true },
  { key: 'title', label: '诉求', width: 300, grow: true },
  { key: 'unit', label: '主办单位', width: 160 },
  { key: 'number', label: '工单编号', width: 150, optional: true },
]

describe('columns', () => {
  it('are the usual ones until somebody chooses, and never lack what is fixed', () => {
    expect(choiceFrom(columns, undefined)).toEqual({ columns: ['left', 'title', 'unit'], frozen: 0 })
    expect(choiceFrom(columns, { columns: ['number', 'gone', 'title', 'title'], frozen: 9 })).toEqual({ columns: ['left', 'number', 'title'], frozen: 2 })
  })

  it('that stay in place stand side by side, one of the others takes the room that is left', () => {
    const [first, second, third] = placed(columns, { columns: ['unit', 'left', 'title'], frozen: 2 }, 40)
    expect([first?.stays, second?.stays, third?.stays]).toEqual([40, 200, null])
    expect([second?.edge, third?.auto]).toEqual([true, true])
  })
})

describe('the choice of rows', () => {
  const rows = ['a', 'b', 'c', 'd'].map((id) => ({ id, version: 1 }))

  it('goes by one, by range, and survives rows being asked for anew', () => {
    const { chosen, rows: kept, toggle, renew, clear } = useSelection<{ id: string; version: number }>((row) => row.id)
    toggle(rows, 1)
    toggle(rows, 3, true)
    expect([...chosen.value.keys()]).toEqual(['b', 'c', 'd'])
    toggle(rows, 2)
    renew([{ id: 'b', version: 2 }])
    expect(kept.value).toEqual([{ id: 'b', version: 2 }, { id: 'd', version: 1 }])
    clear()
    expect(chosen.value.size).toBe(0)
  })
})

function press(key: string, more: KeyboardEventInit = {}, target: EventTarget = document.body): void {
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))
}

describe('keys of a list', () => {
  it('move, open, choose, and keep out of what somebody writes', () => {
    const current = ref(-1)
    const opened: number[] = []
    const ranges: [number, number][] = []
    const wrapper = mount(defineComponent({
      setup: () => {
        useListKeys({ count: computed(() => 3), current, page: () => 2, open: () => opened.push(current.value), toggle: () => undefined, select: (from, to) => ranges.push([from, to]), clear: () => false })
        return () => h('input')
      },
    }), { global: { plugins: [VueQueryPlugin] }, attachTo: document.body })
    press('j')
    press('ArrowDown')
    press('Enter')
    press('J', { shiftKey: true })
    press('j', {}, wrapper.element)
    expect([current.value, opened, ranges]).toEqual([2, [1], [[1, 2]]])
    wrapper.unmount()
  })
})

describe('two texts word by word', () => {
  it('show what only one of them has and lose no letter', () => {
    const { left, right } = wordDiff('翡翠园昨晚两点还在施工', '翡翠园今天早上还在施工，请管一管')
    expect(left.map((piece) => piece.text).join('')).toBe('翡翠园昨晚两点还在施工')
    expect(right.map((piece) => piece.text).join('')).toBe('翡翠园今天早上还在施工，请管一管')
    expect(left.filter((piece) => !piece.own).map((piece) => piece.text).join('')).toContain('还在施工')
  })
})
