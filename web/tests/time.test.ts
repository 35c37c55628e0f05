import { describe, expect, it } from 'vitest'

import { formatDuration, formatFull, formatLeft, formatMoment, usedShare } from '@/lib/time'

const NOW = Date.parse('2026-04-08T06:30:00Z') // 14:30 in Shanghai

describe('formatMoment', () => {
  it.each([
    ['2026-04-08T06:05:00Z', '今天 14:05'],
    ['2026-04-07T15:59:00Z', '昨天 23:59'],
    ['2026-04-07T16:00:00Z', '今天 00:00'],
    ['2026-04-09T01:00:00+08:00', '明天 01:00'],
    ['2026-03-02T02:00:00Z', '3月2日 10:00'],
    ['2025-12-31T15:59:00Z', '2025年12月31日'],
    ['2025-12-31T16:00:00Z', '1月1日 00:00'],
  ])('says %s as %s', (value, words) => {
    expect(formatMoment(value, { now: NOW })).toBe(words)
  })

  it('leaves the time out when asked, and says nothing for no date', () => {
    expect(formatMoment('2026-04-07T02:00:00Z', { now: NOW, time: false })).toBe('昨天')
    expect(formatMoment(null)).toBe('')
    expect(formatMoment('bad')).toBe('')
  })

  it('gives the full moment for a tooltip', () => {
    expect(formatFull('2026-04-08T06:05:09Z')).toBe('2026年4月8日 14:05:09')
  })
})

describe('durations', () => {
  it.each([
    [30_000, '不到 1 分'],
    [12 * 60_000, '12 分'],
    [(3 * 60 + 12) * 60_000, '3 小时 12 分'],
    [3 * 3_600_000, '3 小时'],
    [26 * 3_600_000 + 59_000, '1 天 2 小时'],
    [48 * 3_600_000, '2 天'],
  ])('%d ms is %s', (span, words) => {
    expect(formatDuration(span)).toBe(words)
  })

  it('says how long is left and how long it is over', () => {
    expect(formatLeft('2026-04-08T09:42:00Z', NOW)).toBe('剩 3 小时 12 分')
    expect(formatLeft('2026-04-07T04:30:00Z', NOW)).toBe('超 1 天 2 小时')
  })

  it('keeps the used share between nothing and all', () => {
    expect(usedShare('2026-04-08T06:00:00Z', '2026-04-08T07:00:00Z', NOW)).toBeCloseTo(0.5)
    expect(usedShare('2026-04-08T07:00:00Z', '2026-04-08T08:00:00Z', NOW)).toBe(0)
    expect(usedShare('2026-04-08T06:00:00Z', '2026-04-08T06:00:00Z', NOW)).toBe(1)
  })
})
