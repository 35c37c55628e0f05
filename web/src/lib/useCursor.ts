import { computed, ref, watch, type WatchSource } from 'vue'

/** Keyset paging keeps the way back itself: a stack of the cursors that led here. Starts anew when the filters change. */
export function useCursor(filters: WatchSource, pageSize = 50) {
  const stack = ref<string[]>([])
  const cursor = computed(() => stack.value.at(-1) ?? '')
  const from = computed(() => stack.value.length * pageSize)
  watch(filters, () => (stack.value = []), { deep: true })
  return {
    cursor,
    from,
    forward: (next: string | null | undefined): void => void (next && stack.value.push(next)),
    back: (): void => void stack.value.pop(),
  }
}
