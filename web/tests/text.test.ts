import { describe, expect, it } from 'vitest'

import { formatShare, markSpans, markWords } from '@/lib/text'

const marked = (pieces: { text: string; marked: boolean }[]): string =>
  pieces.map((piece) => (piece.marked ? `[${piece.text}]` : piece.text)).join('')

describe('markWords', () => {
  it('marks every occurrence and joins what overlaps', () => {
    expect(marked(markWords('夜间施工扰民，施工到两点', ['施工', '夜间施工']))).toBe('[夜间施工]扰民，[施工]到两点')
  })

  it('loses no character, whatever the words are', () => {
    const text = '<b>楼下</b>工地'
    expect(markWords(text, ['', '工地', '没有']).map((piece) => piece.text).join('')).toBe(text)
  })

  it('clips spans that lie outside the text', () => {
    expect(marked(markSpans('停水', [[-3, 1], [1, 9]]))).toBe('[停水]')
  })
})

describe('formatShare', () => {
  it('never says zero for something', () => {
    expect([formatShare(0.8634), formatShare(0.004), formatShare(0)]).toEqual(['86%', '<1%', '0%'])
  })
})
