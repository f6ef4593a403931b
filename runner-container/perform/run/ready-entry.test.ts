import { describe, expect, it } from 'vitest';
import type { RegistryEntry } from '../../../shared/services/projects/registry-entry.ts';
import { aReviewedBinding } from '../../../test/fixtures/discussions.ts';
import { getReadyEntry } from './ready-entry.ts';

const binding = aReviewedBinding();
const times = { since: 0, retryAt: 1 };
const ready: RegistryEntry = { state: 'ready', binding, project: { projectId: 7, cloneUrl: '', webUrl: '' } };

describe('the binding of a run', () => {
  it('is the one that can be worked on', () => {
    expect(getReadyEntry(ready, 'PROJ', {})).toBe(ready);
  });

  it.each<{ entry: RegistryEntry | undefined; failure: object }>([
    { entry: undefined, failure: { code: 'binding-unknown', detail: 'PROJ' } },
    {
      entry: { state: 'quarantined', binding, quarantine: { reason: 'archived', hint: 'Unarchive it.', ...times } },
      failure: { code: 'binding-quarantined', detail: 'Unarchive it.' },
    },
    {
      entry: {
        state: 'quarantined',
        binding: { ...binding, image: 'rust' },
        quarantine: { reason: 'image-unknown', hint: 'Add rust.', ...times },
      },
      failure: { code: 'image-unknown', detail: 'The image is rust.' },
    },
    {
      entry: { ...ready, binding: { ...binding, image: 'rust' } },
      failure: { code: 'image-unknown', detail: 'The image is rust.' },
    },
  ])('fails with $failure', ({ entry, failure }) => {
    expect(() => getReadyEntry(entry, 'PROJ', {})).toThrow(expect.objectContaining(failure));
  });
});
