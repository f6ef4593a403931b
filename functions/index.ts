import { app } from '@azure/functions';

import { compose } from './app/compose.ts';

const { table, start, stop } = compose();

// Functions can register only while this module loads, and every one of them is in the table.
for (const entry of table) {
  switch (entry.trigger) {
    case 'http':
      // Senders cannot carry a function key: each handler checks who is asking.
      app.http(entry.name, {
        route: entry.route,
        methods: entry.methods,
        authLevel: 'anonymous',
        handler: entry.handler,
      });
      break;
    case 'timer':
      app.timer(entry.name, { schedule: entry.schedule, handler: entry.handler });
      break;
  }
}
app.hook.appTerminate(stop);
// Once the host has its answer, while it prepares to listen. A failure is logged by `start`, and invocations try again.
setImmediate(async () => {
  await start().catch(() => undefined);
  // Applies to what is loaded from now on; reading every map before would make the first event wait.
  process.setSourceMapsEnabled(true);
});
