import { config, enableAutoUnmount } from '@vue/test-utils'
import { afterEach } from 'vitest'

config.global.stubs = { transition: false }
enableAutoUnmount(afterEach)
