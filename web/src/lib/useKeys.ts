import { onMounted, onUnmounted } from 'vue'

/** Hear the keys of the whole window while the calling component is shown; `first`: before everything else in the page. */
export function useKeys(onKey: (event: KeyboardEvent) => void, { first = false } = {}): void {
  onMounted(() => window.addEventListener('keydown', onKey, first))
  onUnmounted(() => window.removeEventListener('keydown', onKey, first))
}
