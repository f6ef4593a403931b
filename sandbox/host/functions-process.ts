import { compose } from '../../functions/app/compose.ts';
import { startFunctionsHost } from './functions-host.ts';

/**
 * One instance of the functions app as a process of its own. Prints `{"listening":"http://..."}` when it serves; ends
 * on SIGTERM after running invocations have ended.
 */
const stopWait = process.env['SANDBOX_STOP_WAIT_MS'];
const { table, start, stop } = compose(process.env, stopWait === undefined ? {} : { stopWaitMs: Number(stopWait) });
// What keeps the app from serving ends this process. The app has logged it; Node would print a line of the bundle
// besides.
await start().catch(() => process.exit(1));
const host = await startFunctionsHost(table, {
  timers: process.env['SANDBOX_TIMERS'] === 'on',
  port: Number(process.env['SANDBOX_PORT'] ?? 0),
  log: (line) => process.stderr.write(`${line}\n`),
});
process.stdout.write(`${JSON.stringify({ listening: host.url })}\n`);

process.once('SIGTERM', () => {
  void stop()
    .then(host.stop)
    .then(() => process.exit(0));
});
