import type { RunEvent } from '../../../shared/domain/runs/run.ts';

/** `2: src/greet.ts, test/greet.test.ts`: what the commit that was checked last changes; `undefined` without one. */
export function describeChanged(events: readonly Pick<RunEvent, 'name' | 'fields'>[]): string | undefined {
  const { files, changed } = events.findLast(({ name }) => name === 'checked')?.fields ?? {};
  return typeof files === 'number' && typeof changed === 'string' ? `${files}: ${changed}` : undefined;
}
