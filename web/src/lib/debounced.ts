import { onScopeDispose, ref, watch, type Ref } from 'vue'

/** The value as it was when nobody had changed it for `wait` milliseconds. */
export function debounced<T>(source: Ref<T>, wait: number): Readonly<Ref<T>> {
  const settled = ref(source.value) as Ref<T>
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(source, (value) => {
    clearTimeout(timer)
    timer = setTimeout(() => (settled.value = value), wait)
  })
  onScopeDispose(() => clearTimeout(timer))
  return settled
}
