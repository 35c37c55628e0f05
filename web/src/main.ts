import { VueQueryPlugin } from '@tanstack/vue-query'
import { createPinia } from 'pinia'
import { createApp } from 'vue'

import 'element-plus/es/components/message/style/css'
import 'element-plus/es/components/message-box/style/css'
import './styles/tokens.css'
import './styles/element.css'
import './styles/base.css'

import { queryClient } from './api/query'
import App from './App.vue'
import { router } from './router'
import { useAppearance } from './stores/appearance'

const app = createApp(App)
app.use(createPinia())
app.use(VueQueryPlugin, { queryClient })
useAppearance()
app.use(router)
app.mount('#app')
