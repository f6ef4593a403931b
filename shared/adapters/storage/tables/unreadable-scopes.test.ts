import { expect, it } from 'vitest';
import { createMemoryStorage } from '../../../../test/doubles/memory-storage.ts';

it('one scope row that cannot be read keeps no permit from a run', async () => {
  const { permits, scopes, parts } = createMemoryStorage();
  await parts.rows.state.write('scopes', [{ kind: 'insert', key: 'odd', fields: { scope: 7 } }]);
  const gone = { runId: 'run-1', scope: 'issue~PROJ-1', holder: 'a' };
  expect(await permits.take('pool', gone, 1)).toBe('taken');
  expect(await permits.take('pool', { runId: 'run-2', scope: 'issue~PROJ-2', holder: 'b' }, 1)).toBe('taken');

  const unreadable: unknown[] = [];
  expect(await scopes.list((error) => unreadable.push(error))).toEqual([]);
  expect(unreadable).toHaveLength(1);
  await expect(scopes.list()).rejects.toMatchObject({ code: 'unexpected' });
});
