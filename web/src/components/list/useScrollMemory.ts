import { nextTick, onBeforeUnmount, watch, type Ref } from 'vue'
import { useRoute } from 'vue-router'

const places = new Map<string, number>()

/** Who comes back to a list by the browser's Back finds it where it was left. */
export function useScrollMemory(box: Readonly<Ref<HTMLElement | null>>, page: () => string, ready: Readonly<Ref<boolean>>): void {
  const route = useRoute()
  const name = `${page()} ${route.fullPath}`
  const cameBack = Boolean(window.history.state?.forward)
  let waiting = cameBack && places.has(name)
  watch(ready, async (there) => {
    if (!there || !waiting) return
    waiting = false
    await nextTick()
    box.value?.scrollTo({ top: places.get(name) ?? 0 })
  }, { immediate: true, flush: 'post' })
  onBeforeUnmount(() => places.set(name, box.value?.scrollTop ?? 0))
}
