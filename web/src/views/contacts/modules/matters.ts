/** What a caller may want of an order that is open already, with the key for it. */
export const MATTERS = [
  { code: 'urge', label: '催办', key: '1' },
  { code: 'add_words', label: '补充', key: '2' },
  { code: 'ask', label: '查进度', key: '3' },
  { code: 'withdraw', label: '撤单', key: '4' },
] as const

export type Matter = (typeof MATTERS)[number]['code']
