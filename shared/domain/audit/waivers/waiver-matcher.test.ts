import { describe, expect, it } from 'vitest';
import { createWaiverMatcher } from './waiver-matcher.ts';

const PUSH = 'group/app@deadbeef0123456789deadbeef0123456789dead';

describe('createWaiverMatcher', () => {
  it.each([
    { match: 'deadbeef', id: PUSH, fits: true },
    { match: 'deadbee', id: PUSH, fits: true },
    { match: 'deadbe', id: PUSH, fits: false },
    { match: 'eadbeef0', id: PUSH, fits: false },
    { match: 'deadbeef', id: 'deadbeef/app!12', fits: false },
    { match: '1234567', id: '1234567890/app!12', fits: false },
    { match: 'group/app!1', id: 'group/app!12', fits: false },
    { match: 'group/app!1*', id: 'group/app!12', fits: true },
    { match: 'PROJ-1', id: 'PROJ-12', fits: false },
    { match: '!(PROJ-1)', id: 'PROJ-2', fits: true },
    { match: '!PROJ-1', id: 'PROJ-2', fits: false },
  ])('$match: $id is $fits', ({ match, id, fits }) => {
    const isMeant = createWaiverMatcher(match);
    expect(isMeant({ subject: { kind: 'change', id }, related: [] })).toBe(fits);
    expect(isMeant({ subject: { kind: 'issue', id: '' }, related: [id] })).toBe(fits);
  });
});
