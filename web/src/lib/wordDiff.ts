import { diffWords } from 'diff'

export interface DiffPiece {
  text: string
  /** Only in this one of the two. */
  own: boolean
}

const segmenter = typeof Intl.Segmenter === 'function' ? new Intl.Segmenter('zh-CN', { granularity: 'word' }) : undefined

/** Two texts word by word: what each has that the other has not. Chinese words are the browser's; without it runs of letters. */
export function wordDiff(left: string, right: string): { left: DiffPiece[]; right: DiffPiece[] } {
  const parts = diffWords(left, right, segmenter ? { intlSegmenter: segmenter } : {})
  return {
    left: parts.filter((part) => !part.added).map((part) => ({ text: part.value, own: part.removed })),
    right: parts.filter((part) => !part.removed).map((part) => ({ text: part.value, own: part.added })),
  }
}
