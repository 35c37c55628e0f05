import { onScopeDispose, readonly, ref, type Ref } from 'vue'

const STEP = 20_000
const now = ref(Date.now())
let listeners = 0
let timer: ReturnType<typeof setInterval> | undefined

/** The present moment in milliseconds, moved on every 20 s by one timer for the whole page. */
export function useNow(): Readonly<Ref<number>> {
  listeners += 1
  now.value = Date.now()
  timer ??= setInterval(() => (now.value = Date.now()), STEP)
  onScopeDispose(() => {
    listeners -= 1
    if (listeners === 0) {
      clearInterval(timer)
      timer = undefined
    }
  })
  return readonly(now)
}
