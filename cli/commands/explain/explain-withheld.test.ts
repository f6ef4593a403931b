import { expect, it } from 'vitest';
import { aProject } from '../../../test/builders/gitlab.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../../test/doubles/memory-tools.ts';
import { createSteppedClock } from '../../../test/doubles/stepped-clock.ts';
import { explainSubject } from './explain-subject.ts';

it('says of an issue whose binding this release refuses what is to be mended, and of no other', async () => {
  const clock = createSteppedClock();
  const storage = createMemoryStorage({ clock });
  const mappings = { PROJ: { repo: 'group/app' }, OPS: { repo: 'group/ops', stopped_label: 'ai stopped' } };
  await storage.appliedMaps.record({ generation: 3, appliedAt: 1, json: JSON.stringify({ mappings }) });
  const jira = { findIssue: async () => undefined };
  const tools = createMemoryTools({ storage, mappings: { PROJ: { repo: 'group/app' } }, jira });
  const { notes, facts } = await explainSubject('OPS-1', tools, { clock, env: {} });
  expect(facts.present).toBeUndefined();
  expect(notes).toContainEqual(expect.stringMatching(/^The binding of OPS is withheld: .*reload:$/));
  expect(notes).toContainEqual(expect.stringMatching(/^ {2}mappings\.OPS: stopped_label/));
});

it.each(['OPS-1', 'group/ops!7'])(
  'says of %s that no runner has the image of its binding, where that is so',
  async (text) => {
    const clock = createSteppedClock();
    const mappings = { OPS: { repo: 'group/ops', image: 'rust' } };
    const explain = async (names: string[]) => {
      const jira = { findIssue: async () => undefined };
      const gitlab = { findProject: async () => aProject({ id: 7, path: 'group/ops' }) };
      const runnerImages = { names };
      const storage = createMemoryStorage({ clock, images: names });
      return (
        await explainSubject(text, createMemoryTools({ storage, mappings, jira, gitlab, runnerImages }), {
          clock,
          env: {},
        })
      ).notes;
    };
    const said = expect.stringContaining('The binding names the image rust, for which this deployment has no runner');
    expect(await explain(['python'])).toContainEqual(said);
    expect(await explain(['rust'])).not.toContainEqual(said);
  },
);
