import { onScopeDispose, ref, type Ref } from 'vue'

/** Whether the page is as narrow as a telephone or a small tablet held upright. */
export function useNarrow(): Readonly<Ref<boolean>> {
  const asked = window.matchMedia('(max-width: 899px)')
  const narrow = ref(asked.matches)
  const note = (): void => void (narrow.value = asked.matches)
  asked.addEventListener('change', note)
  onScopeDispose(() => asked.removeEventListener('change', note))
  return narrow
}
