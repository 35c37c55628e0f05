import type { SeatState } from '@/api/seats'

/** How the states of a seat look; the words are the server's states in a clerk's tongue. */
export const SEAT_LOOKS: Record<SeatState, { label: string; tone: string }> = {
  free: { label: '示闲', tone: 'ok' },
  talking: { label: '接谈', tone: 'brand' },
  after: { label: '话后', tone: 'warn' },
  busy: { label: '示忙', tone: 'danger' },
  rest: { label: '小休', tone: 'idle' },
  off: { label: '签出', tone: 'idle' },
}

/** What a person chooses, with its key in the menu; 接谈 follows from a contact being taken. */
export const CHOICES: readonly { state: SeatState; key: string }[] = [
  { state: 'free', key: '1' }, { state: 'busy', key: '2' }, { state: 'rest', key: '3' }, { state: 'after', key: '4' }, { state: 'off', key: '5' },
]
