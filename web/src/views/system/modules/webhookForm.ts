import { field } from '@/lib/asking'

export const EVENT_FIELDS = [
  field('name', '名称', 'text', { hint: '推给谁，如：省平台' }),
  field('url', '地址', 'text', { hint: '以 https:// 开头的公网地址' }),
  field('types', '听哪些事件', 'textarea', { hint: '一行一种：order 为工单的全部事件，order.dispatch 只听派单，assignment 为承办任务，* 为全部' }),
] as const
