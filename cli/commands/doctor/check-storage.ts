import type { QueueDepth } from '../../../shared/domain/ports/task-queue.ts';
import type { Tools } from '../../clients/tools.ts';
import { countOf } from '../../output/count-of.ts';
import { attempt, type Check, ok, warn } from './check.ts';

/**
 * Reads one thing of each of the three services, as the functions and the runner do, and writes and deletes a probe in
 * each.
 */
export async function checkStorage(tools: Pick<Tools, 'storage' | 'probe'>): Promise<Check[]> {
  const opened = await attempt('storage', async () => {
    await tools.storage();
    return [];
  });
  if (opened.length > 0) return opened;
  const { queue, ledger, artefacts } = await tools.storage();
  const probe = await tools.probe();
  const checks = await Promise.all([
    attempt('storage queue', async () => {
      const { count, poisonCount, byImage } = await queue.getDepth();
      const said = `${countOf(count, 'task')} waiting${describeImages(byImage)}, ${poisonCount} poisoned; writes and deletes`;
      await probe.queue();
      return [
        poisonCount > 0 ? warn('storage queue', `${said}; see \`cmap run given-up\``) : ok('storage queue', said),
      ];
    }),
    attempt('storage table', async () => {
      const open = await ledger.listOpen();
      await probe.table();
      return [ok('storage table', `${countOf(open.length, 'run')} open; writes and deletes`)];
    }),
    attempt('storage blob', async () => {
      await artefacts.list('maps/');
      await probe.blob();
      return [ok('storage blob', 'reads, writes and deletes')];
    }),
  ]);
  return checks.flat();
}

/** One that is missing would have failed before. */
function describeImages(byImage: QueueDepth['byImage'] = []): string {
  const counts = byImage.map(({ image = 'default', count }) => `${image} ${count}`);
  return counts.length === 0 ? '' : ` (${counts.join(', ')})`;
}
