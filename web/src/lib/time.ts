/** Moments and durations as a clerk says them. Everything is shown in the centre's time zone, wherever the browser is. */

const ZONE = 'Asia/Shanghai'
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const parts = new Intl.DateTimeFormat('zh-CN', {
  timeZone: ZONE,
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

interface WallClock {
  year: number
  month: number
  day: number
  hour: string
  minute: string
  second: string
}

/** The wall clock in the centre at this moment; null for what is no date. */
function wallClock(value: string | number | Date): WallClock | null {
  const moment = new Date(value)
  if (Number.isNaN(moment.getTime())) return null
  const found = Object.fromEntries(parts.formatToParts(moment).map((part) => [part.type, part.value]))
  return {
    year: Number(found.year),
    month: Number(found.month),
    day: Number(found.day),
    hour: found.hour ?? '00',
    minute: found.minute ?? '00',
    second: found.second ?? '00',
  }
}

function dayNumber(at: WallClock): number {
  return Date.UTC(at.year, at.month - 1, at.day) / DAY
}

/** "今天 14:05", "昨天 14:05", "明天 09:00", "4月8日 14:05", "2024年4月8日" (of another year the day is enough); without time only the day. */
export function formatMoment(
  value: string | null | undefined,
  options: { now?: number; time?: boolean } = {},
): string {
  if (!value) return ''
  const at = wallClock(value)
  const today = wallClock(options.now ?? Date.now())
  if (!at || !today) return ''
  const away = dayNumber(at) - dayNumber(today)
  const near: Record<number, string> = { [-1]: '昨天', 0: '今天', 1: '明天' }
  const year = at.year === today.year ? '' : `${at.year}年`
  const day = near[away] ?? `${year}${at.month}月${at.day}日`
  return options.time === false || (year && !near[away]) ? day : `${day} ${at.hour}:${at.minute}`
}

/** "2026年4月8日 14:05:09", for the title of an element that shows a short moment. */
export function formatFull(value: string | null | undefined): string {
  const at = value ? wallClock(value) : null
  if (!at) return ''
  return `${at.year}年${at.month}月${at.day}日 ${at.hour}:${at.minute}:${at.second}`
}

/** The two largest units: "2 天 5 小时", "3 小时 12 分", "12 分", "不到 1 分". */
export function formatDuration(milliseconds: number): string {
  const span = Math.abs(milliseconds)
  if (span < MINUTE) return '不到 1 分'
  const days = Math.floor(span / DAY)
  const hours = Math.floor((span % DAY) / HOUR)
  const minutes = Math.floor((span % HOUR) / MINUTE)
  if (days) return hours ? `${days} 天 ${hours} 小时` : `${days} 天`
  if (hours) return minutes ? `${hours} 小时 ${minutes} 分` : `${hours} 小时`
  return `${minutes} 分`
}

/** "剩 3 小时 12 分", or "超 1 天 2 小时" once it is past. */
export function formatLeft(due: string, now: number): string {
  const left = new Date(due).getTime() - now
  return `${left < 0 ? '超' : '剩'} ${formatDuration(left)}`.replace(' 不到', '不到')
}

/** The share of the time that is used up, between 0 and 1. */
export function usedShare(started: string, due: string, now: number): number {
  const from = new Date(started).getTime()
  const to = new Date(due).getTime()
  if (to <= from) return 1
  return Math.min(1, Math.max(0, (now - from) / (to - from)))
}

const two = (value: number): string => String(value).padStart(2, '0')

/** "00:42", "12:05", "1:02:33": how long a state lasts. A desk whose clock is behind the server's shows 00:00. */
export function formatRunning(since: string, at: number): string {
  const seconds = Math.max(0, Math.floor((at - new Date(since).getTime()) / 1000))
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60]
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${two(minutes)}:${two(rest)}`
}
