import type { Command, Step } from './step.ts';

/** The plan as people read it: every step with the commands it may run. */
export function formatPlan(steps: readonly Step[]): string {
  const lines = steps.flatMap((step, index) => [
    `${String(index + 1).padStart(2)}. ${step.title}`,
    ...describeStep(step).map((line) => `      ${line}`),
  ]);
  const legend = 'What stands in <angle brackets> is known when the step runs. Nothing was run.';
  return `${[...lines, '', legend].join('\n')}\n`;
}

/** A command as it can be pasted into a shell. */
export function formatCommand(command: Command): string {
  return command
    .map((part) => (/^[\w@%+=:,./<>-]+$/.test(part) ? part : `'${part.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}

function describeStep(step: Step): string[] {
  switch (step.kind) {
    case 'check':
    case 'outputs':
      return [formatCommand(step.command)];
    case 'filled-in':
      return ['looks for values of the examples that were left as they are'];
    case 'command':
      return [
        ...(step.unless ? [`unless: ${formatCommand(step.unless)}`] : []),
        `${describeScope(step)}${formatCommand(step.command)}${step.saveAs ? ` > ${step.saveAs}` : ''}`,
      ];
    case 'image':
      return [
        `unless: ${formatCommand(step.look)}`,
        ...step.withDocker.map((command) => `with Docker: ${formatCommand(command)}`),
        `without: ${formatCommand(step.inRegistry)}`,
      ];
    case 'secrets':
      return [`for each vault: ${formatCommand(step.list)}`, `for each that is missing: ${formatCommand(step.set)}`];
    case 'package':
      return [`copies host.json and dist/functions to ${step.folder} and packs ${step.archive}`];
    case 'health':
      return [`GET ${step.url} until it answers 200, for ten minutes`];
    case 'reload':
      return [formatCommand(step.secret), `POST ${step.url}`];
    case 'links':
      return ['prints the links of `terraform output`'];
  }
}

function describeScope({ each, unlessEmpty }: Step & { kind: 'command' }): string {
  const condition = unlessEmpty ? `unless there is no ${unlessEmpty}: ` : '';
  return `${condition}${each ? `for each of ${each.of}: ` : ''}`;
}
