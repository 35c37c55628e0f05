import { ref, watch, type Ref } from 'vue'

/** Which order of the queue is looked at; decided ones are passed over, and where one leaves, its place is kept. */
export function useQueueWalk(ids: Ref<readonly string[]>, decided: ReadonlyMap<string, unknown>) {
  const selected = ref<string | null>(null)
  let place = 0
  watch(ids, (present) => {
    const at = present.findIndex((id) => id === selected.value)
    if (at >= 0) {
      place = at
      return
    }
    const after = [...present.slice(place), ...present.slice(0, place).reverse()]
    selected.value = after.find((id) => !decided.has(id)) ?? null
  }, { immediate: true })

  function step(by: 1 | -1): void {
    const open = ids.value.filter((id) => id === selected.value || !decided.has(id))
    const at = open.findIndex((id) => id === selected.value)
    selected.value = open[at + by] ?? open[at] ?? null
    place = Math.max(0, ids.value.findIndex((id) => id === selected.value))
  }
  return { selected, step }
}
