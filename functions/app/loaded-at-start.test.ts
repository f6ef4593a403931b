import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, it, onTestFinished } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

/** Every package and every file that is imported statically from a file on, directly or not. */
function listImports(entry: string): { packages: string[]; files: string[] } {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, from = ''] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export) (?!type )[^;]*?from '([^']+)';/gm,
    ))
      if (from.startsWith('.')) visit(path.resolve(path.dirname(file), from));
      else if (!from.startsWith('node:')) packages.add(from);
  };
  visit(entry);
  return { packages: [...packages].sort(), files: [...seen].map((file) => path.relative(root, file)) };
}

it('loads no library before the host has its answer but the one of the functions and the small one of the settings', () => {
  expect(listImports(path.join(import.meta.dirname, '../index.ts')).packages).toEqual(['@azure/functions', 'zod/mini']);
});

it('loads the libraries behind the functions with the app', () => {
  expect(listImports(path.join(import.meta.dirname, 'load-app.ts')).packages).toContain('lru-cache');
});

it('leaves what no sender waits for to the first invocation that needs it', () => {
  const { files } = listImports(path.join(import.meta.dirname, 'load-app.ts'));
  expect(files).toContain('functions/webhooks/gitlab/gitlab-webhook.ts');
  for (const late of [
    'functions/sweep/sweep.ts',
    'functions/polling/gitlab/poll-gitlab.ts',
    'functions/audit/create-report.ts',
    'functions/config/config-reload.ts',
    'shared/adapters/jira/create-jira.ts',
    'functions/webhooks/jira/jira-webhook.ts',
    'functions/polling/jira/poll-jira.ts',
    'shared/services/notifications/create-notifier.ts',
    'shared/adapters/gitlab/create-gitlab.ts',
    // Of a map that was checked before, by the same release.
    'shared/domain/mapping/source/mapping-source.ts',
    'shared/services/projects/map-source.ts',
    // An event enqueues and reads nothing of it.
    'shared/domain/runs/outbox-entry-schema.ts',
  ])
    expect(files).not.toContain(late);
});

it('builds almost no schema before a request needs it', async () => {
  // A thread of its own has loaded nothing yet. What zod calls with every schema has no public place.
  const program = `
    import { parentPort } from 'node:worker_threads';
    import * as z from ${JSON.stringify(import.meta.resolve('zod'))};
    const built = [];
    z.config().postProcessor = ({ _zod: { def } }) => built.push(def.type);
    z.string();
    await import(${JSON.stringify(import.meta.resolve('./load-app.ts'))});
    parentPort.postMessage(built);`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`));
  onTestFinished(async () => {
    await worker.terminate();
  });
  const [built] = await once(worker, 'message');
  // The string shows that building is noticed; the others are words that dashboards count.
  expect(built).toEqual(['string', 'enum', 'enum']);
});
