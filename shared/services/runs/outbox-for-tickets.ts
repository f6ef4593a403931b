import type { Binding } from '../../domain/mapping/binding.ts';
import type { Outbox } from '../../domain/ports/outbox.ts';

/** The outbox for what is said on a ticket; nothing is where only the board is to know. */
export function outboxForTickets(
  binding: Pick<Binding, 'mode'> | undefined,
  outbox: Pick<Outbox, 'enqueue'>,
): Pick<Outbox, 'enqueue'> {
  return binding?.mode === 'shadow-board' ? { enqueue: async () => false } : outbox;
}
