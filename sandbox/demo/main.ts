import { styleText } from 'node:util';

import { bringsOwnModel } from '../environment/environment-settings.ts';
import { collectReport } from './collect-report.ts';
import { DEMO_YAML, startDemoEnvironment } from './demo-environment.ts';
import { findShortcomings } from './find-shortcomings.ts';
import { formatSummary } from './format-summary.ts';
import { createNarrator } from './narrator.ts';
import { playDemo } from './play-demo.ts';

/**
 * The main job from start to finish on this machine. `--json` prints one JSON object instead of the story. Exit code 1
 * when something did not end as it should.
 */
const json = process.argv.includes('--json');
const print = (line: string) => {
  if (!json) process.stdout.write(`${line}\n`);
};
const narrator = createNarrator(print);

print(styleText('bold', 'cmap demo: from a Jira issue to a draft merge request, on this machine only'));
print(
  '\nStarts a GitLab with real repositories, a Jira, storage, a scripted model, the\nfunctions and a runner here, and ends them again. Takes about a minute.',
);
print(`\nThe team's file:\n\n${DEMO_YAML.replaceAll(/^/gm, '  ')}`);
const ownModel = bringsOwnModel(process.env);
print(
  `The model: ${ownModel ? 'yours, from the environment' : 'a scripted stand-in; set COPILOT_PROVIDER_* or GITHUB_TOKEN to use a real one'}.`,
);

const environment = await startDemoEnvironment({ onLog: (line) => narrator.captureLog(line) });
try {
  const { text, ...audit } = await playDemo(environment, narrator, { ownModel });
  const report = { ...(await collectReport(environment)), audit };
  const shortcomings = findShortcomings(report, { ownModel });
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  print(`\n${styleText('bold', 'Summary')}\n\n${formatSummary(report)}\n`);
  print(`${styleText('bold', 'The audit of the release')}\n\n${text}\n`);
  print(
    `${styleText('bold', 'Next')}\n\n  npm start                          the same, with you as the person, by clicks\n  npx cmap show examples/cmap.yaml    what a team's file means\n  README.md, "First deploy"          on your own Azure, GitLab and Jira\n`,
  );
  for (const shortcoming of shortcomings) process.stderr.write(`${shortcoming}\n`);
  process.exitCode = shortcomings.length > 0 ? 1 : 0;
} finally {
  await environment.close();
}
