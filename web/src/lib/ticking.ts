import { onScopeDispose, readonly, ref, type Ref } from 'vue'

/** The present moment in milliseconds, moved on every `step` by one timer for however many ask; none runs for nobody. */
function ticking(step: number): () => Readonly<Ref<number>> {
  const now = ref(Date.now())
  let listeners = 0
  let timer: ReturnType<typeof setInterval> | undefined
  return () => {
    listeners += 1
    now.value = Date.now()
    timer ??= setInterval(() => (now.value = Date.now()), step)
    onScopeDispose(() => {
      listeners -= 1
      if (listeners) return
      clearInterval(timer)
      timer = undefined
    })
    return readonly(now)
  }
}

/** For times left and dates, which show no seconds. */
export const useNow = ticking(20_000)

/** For clocks that run. */
export const useSeconds = ticking(1000)
