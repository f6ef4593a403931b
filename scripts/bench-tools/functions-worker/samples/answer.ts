import { app } from '@azure/functions';

// The least an app can be: one function that answers.
app.http('sample', {
  methods: ['GET', 'POST'],
  authLevel: 'anonymous',
  handler: async () => ({ jsonBody: { ok: true } }),
});
