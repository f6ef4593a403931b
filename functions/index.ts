import { app } from '@azure/functions';

import { compose } from './compose.ts';

process.setSourceMapsEnabled(true);
const { table, stop } = await compose();

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
