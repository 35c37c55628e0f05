import { defineStore } from 'pinia'
import { ref, watchEffect } from 'vue'

import { keepText } from '@/lib/kept'

export type Theme = 'light' | 'dark' | 'auto'

/** How the pages look on this device: light or dark, and 长辈模式 for the public ones. Kept in the browser. */
export const useAppearance = defineStore('appearance', () => {
  const theme = ref<Theme>(remembered('huying.theme'))
  const elder = ref(localStorage.getItem('huying.elder') === '1')
  const system = window.matchMedia('(prefers-color-scheme: dark)')
  const systemDark = ref(system.matches)
  system.addEventListener('change', (event) => (systemDark.value = event.matches))

  watchEffect(() => {
    const dark = theme.value === 'dark' || (theme.value === 'auto' && systemDark.value)
    document.documentElement.classList.toggle('dark', dark)
    keepText('huying.theme', theme.value)
  })
  watchEffect(() => {
    document.documentElement.classList.toggle('elder', elder.value)
    keepText('huying.elder', elder.value ? '1' : '0')
  })
  return { theme, elder }
})

function remembered(key: string): Theme {
  const value = localStorage.getItem(key)
  return value === 'light' || value === 'dark' ? value : 'auto'
}
