import { onMounted, onUnmounted, ref, watch, type Ref } from 'vue'

/** Room for the list's foot and the page's edge; on a phone also for the menu under the thumb. */
const BELOW = 56
const BELOW_PHONE = 104
const LEAST = 240

/** As high as the window leaves room for from where the list begins, so that the page itself does not scroll. */
export function useListHeight(box: Readonly<Ref<HTMLElement | null>>): Readonly<Ref<number>> {
  const height = ref(LEAST)
  function measure(): void {
    if (!box.value) return
    const top = box.value.getBoundingClientRect().top + window.scrollY
    height.value = Math.max(LEAST, window.innerHeight - top - (window.innerWidth <= 720 ? BELOW_PHONE : BELOW))
  }
  const observer = new ResizeObserver(measure)
  onMounted(() => window.addEventListener('resize', measure))
  onUnmounted(() => {
    window.removeEventListener('resize', measure)
    observer.disconnect()
  })
  // What stands above it (filters, news) moves it down when it grows: its parent grows too.
  watch(box, (element) => {
    observer.disconnect()
    if (element?.parentElement?.parentElement) observer.observe(element.parentElement.parentElement)
    measure()
  }, { immediate: true, flush: 'post' })
  return height
}
