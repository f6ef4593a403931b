import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { EventFormat } from '../../../shared/domain/mapping/event-rules.ts';
import type { Tools } from '../../clients/tools.ts';
import { attempt, type Check, ok } from './check.ts';

/** Whether each webhook of the bindings has a URL and, where it needs one, a key. Nothing is sent to it. */
export async function checkEvents(bindings: readonly Binding[], tools: Pick<Tools, 'receivers'>): Promise<Check[]> {
  const wanted = new Map<string, { urlRef: string; format: EventFormat }>();
  for (const { events } of bindings) if (events) wanted.set(`${events.urlRef} ${events.format}`, events);
  const checks = await Promise.all(
    [...wanted.values()].map((rules) =>
      attempt(`events ${rules.urlRef}`, async () => {
        await (await tools.receivers()).find(rules);
        return [ok(`events ${rules.urlRef}`, `${rules.format}, has what it needs; nothing was sent to it`)];
      }),
    ),
  );
  return checks.flat();
}
