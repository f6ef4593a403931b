import { expect, it } from 'vitest';
import { aJiraUser, theAgent } from '../../../test/builders/jira.ts';
import type { IssueAttachment } from '../ports/jira.ts';
import { namePatchFile, withoutOwnPatches } from './patch-file.ts';

it('leaves out what runs in shadow have attached, and nothing that people call the same', () => {
  const agent = theAgent();
  const own: IssueAttachment = {
    id: '1',
    name: namePatchFile('run-1a2b'),
    size: 10,
    mimeType: 'text/plain',
    createdAt: 1,
    author: agent,
  };
  const others = [
    { ...own, id: '2', author: aJiraUser() },
    { ...own, id: '3', name: 'fix.patch' },
    { ...own, id: '4', name: 'cmap-run-1a2b.patch.txt' },
  ];
  expect(withoutOwnPatches([own, ...others], agent)).toEqual(others);
});
