import { expect, inject, it } from 'vitest';
import { collectReport } from '../../sandbox/demo/collect-report.ts';
import { findGaps } from '../../sandbox/demo/find-full-story-gaps.ts';
import { findFailedRuns } from '../../sandbox/demo/find-shortcomings.ts';
import { startFullStoryEnvironment } from '../../sandbox/demo/full-story-environment.ts';
import { createNarrator } from '../../sandbox/demo/narrator.ts';
import { playFullStory } from '../../sandbox/demo/play-full-story.ts';
import { takeAzurite } from '../share-azurite.ts';

it('plays a plan, a repair, a failed pipeline, a conflict, ready by itself and a back-port on one ticket', async () => {
  const environment = await startFullStoryEnvironment({ programs: inject('programs'), azurite: takeAzurite() }, {});
  try {
    const told: string[] = [];
    const key = await playFullStory(
      environment,
      createNarrator((line) => told.push(line)),
      { ownModel: false },
    );
    const report = await collectReport(environment);
    expect([...findFailedRuns(report), ...findGaps(report, key)]).toEqual([]);
    // The picture and the parent are in what the model was given.
    const coding = environment.model?.requests.find(({ scenario }) => scenario?.includes('first without its test'));
    for (const given of ['mock-up.png', 'Parent: SHOP-1', 'image_url']) expect(coding?.body).toContain(given);
    expect(told.join('\n')).toContain('is in Done');
  } finally {
    await environment.close();
  }
});
