import { describeStartError } from '../shared/app/describe-start-error.ts';
import { HOUR } from '../shared/kernel/clock.ts';
import { compose } from './app/compose.ts';
import { drain } from './drain/drain.ts';
import { removeStaleWorkspaces } from './workspace/workspace.ts';

/** Long enough for any run, so that what is older was left by a runner that died. */
const STALE_WORKSPACE_MS = 6 * HOUR;

process.setSourceMapsEnabled(true);
const stopping = new AbortController();
const ending = new AbortController();
for (const name of ['SIGTERM', 'SIGINT'] as const) {
  process.on(name, () => stopping.abort(new Error(`received ${name}`)));
}
// Timers of clients that were given up would keep the process for half a minute; everything that matters has ended by
// now.
process.exit(await main());

/** Drains the queue and ends: 0 when it is empty or the runner was asked to stop, 1 when it could not work. */
async function main(): Promise<number> {
  try {
    const { deps, platform, workspaceRoot, removals } = await compose(ending.signal);
    const { clock, log, telemetry } = platform;
    try {
      const workspaces = { root: workspaceRoot, clock, pid: process.pid };
      await removeStaleWorkspaces(workspaces, { olderThanMs: STALE_WORKSPACE_MS }).catch((error: unknown) => {
        // They cost room and nothing else; what is queued should not wait for them.
        log.warn('stale workspaces not removed', { error });
      });
      const report = await drain(deps, stopping.signal);
      log.info('drained', { ...report });
      return 0;
    } catch (error) {
      log.error('runner failed', { error });
      return 1;
    } finally {
      await removals.ended();
      await telemetry.shutdown();
    }
  } catch (error) {
    // Settings were not usable, so there is no log yet. The message names settings, never values.
    process.stderr.write(`cmap runner: ${describeStartError(error)}\n`);
    return 1;
  }
}
