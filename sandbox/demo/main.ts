import { parseArgs, styleText } from 'node:util';

import { bringsOwnModel } from '../environment/environment-settings.ts';
import { collectReport } from './collect-report.ts';
import { DEMO_YAML, startDemoEnvironment } from './demo-environment.ts';
import { findGaps } from './find-full-story-gaps.ts';
import { findFailedRuns, findShortcomings } from './find-shortcomings.ts';
import { formatSummary } from './format-summary.ts';
import { FULL_STORY_YAML, startFullStoryEnvironment } from './full-story-environment.ts';
import { createNarrator } from './narrator.ts';
import { playDemo } from './play-demo.ts';
import { playFullStory } from './play-full-story.ts';

/**
 * A story from start to finish on this machine: the main job, or with `--story full` all that a binding may turn on.
 * `--json` prints one JSON object instead. Exit code 1 when something did not end as it should.
 */
const { json, story } = readArguments();
const print = (line: string) => {
  if (!json) process.stdout.write(`${line}\n`);
};
const narrator = createNarrator(print);
const ownModel = bringsOwnModel(process.env);
const onLog = (line: string) => narrator.captureLog(line);

if (story === 'full') await tellFullStory();
else await tellMainStory();

async function tellMainStory(): Promise<void> {
  introduce('from a Jira issue to a draft merge request', DEMO_YAML, 'about a minute');
  const environment = await startDemoEnvironment({ onLog });
  try {
    const { text, ...audit } = await playDemo(environment, narrator, { ownModel });
    const report = { ...(await collectReport(environment)), audit };
    conclude(report, findShortcomings(report, { ownModel }));
    print(`${styleText('bold', 'The audit of the release')}\n\n${text}\n`);
    print(
      `${styleText('bold', 'Next')}\n\n  npm start                          the same, with you as the person, by clicks\n  npm run demo -- --story full       plans, pipelines, conflicts, back-ports\n  npx cmap show examples/cmap.yaml    what a team's file means\n  README.md, "First deploy"          on your own Azure, GitLab and Jira\n`,
    );
  } finally {
    await environment.close();
  }
}

async function tellFullStory(): Promise<void> {
  introduce('one ticket with all that a binding may turn on', FULL_STORY_YAML, 'one to two minutes');
  const environment = await startFullStoryEnvironment({ onLog });
  try {
    const key = await playFullStory(environment, narrator, { ownModel });
    const report = await collectReport(environment);
    conclude(report, [...findFailedRuns(report), ...(ownModel ? [] : findGaps(report, key))]);
    print(
      `${styleText('bold', 'Next')}\n\n  docs/plan-first.md, docs/routing.md, docs/conventions.md   what was shown here\n  npm start                                                the same by clicks\n`,
    );
  } finally {
    await environment.close();
  }
}

function introduce(what: string, yaml: string, takes: string): void {
  print(styleText('bold', `cmap demo: ${what}, on this machine only`));
  print(
    `\nStarts a GitLab with real repositories, a Jira, storage, a scripted model, the\nfunctions and a runner here, and ends them again. Takes ${takes}.`,
  );
  print(`\nThe team's file:\n\n${yaml.replaceAll(/^/gm, '  ')}`);
  print(
    `The model: ${ownModel ? 'yours, from the environment' : 'a scripted stand-in; set COPILOT_PROVIDER_* or GITHUB_TOKEN to use a real one'}.`,
  );
}

function conclude(report: Awaited<ReturnType<typeof collectReport>>, shortcomings: readonly string[]): void {
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  print(`\n${styleText('bold', 'Summary')}\n\n${formatSummary(report)}\n`);
  for (const shortcoming of shortcomings) process.stderr.write(`${shortcoming}\n`);
  process.exitCode = shortcomings.length > 0 ? 1 : 0;
}

function readArguments(): { json: boolean; story: 'main' | 'full' } {
  try {
    const options = { json: { type: 'boolean', default: false }, story: { type: 'string', default: 'main' } } as const;
    const { values } = parseArgs({ options });
    if (values.story === 'main' || values.story === 'full') return { json: values.json, story: values.story };
    throw new Error(`There is no story "${values.story}"`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}. npm run demo [-- [--story main|full] [--json]]\n`);
    process.exit(2);
  }
}
