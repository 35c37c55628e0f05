import { onScopeDispose, readonly, ref, type Ref } from 'vue'

const now = ref(Date.now())
let listeners = 0
let timer: ReturnType<typeof setInterval> | undefined

/** The present moment in milliseconds, every second, for clocks that run; one timer for the whole page. */
export function useSeconds(): Readonly<Ref<number>> {
  listeners += 1
  now.value = Date.now()
  timer ??= setInterval(() => (now.value = Date.now()), 1000)
  onScopeDispose(() => {
    listeners -= 1
    if (listeners === 0) {
      clearInterval(timer)
      timer = undefined
    }
  })
  return readonly(now)
}

const two = (value: number): string => String(value).padStart(2, '0')

/** "00:42", "12:05", "1:02:33": how long a state lasts. A desk whose clock is behind the server's shows 00:00. */
export function formatRunning(since: string, at: number): string {
  const seconds = Math.max(0, Math.floor((at - new Date(since).getTime()) / 1000))
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60]
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${two(minutes)}:${two(rest)}`
}
