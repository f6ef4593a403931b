import type { Command, Step } from './step.ts';

/** The step with every command of the Azure CLI aimed at one subscription, which need not be the one `az` is set to. */
export function inSubscription(step: Step, subscription: string): Step {
  const aim = (command: Command) => aimAt(command, subscription);
  switch (step.kind) {
    case 'check':
    case 'outputs':
      return { ...step, command: aim(step.command) };
    case 'command':
      return { ...step, command: aim(step.command), ...(step.unless ? { unless: aim(step.unless) } : {}) };
    case 'image':
      return {
        ...step,
        look: aim(step.look),
        withDocker: step.withDocker.map(aim),
        inRegistry: aim(step.inRegistry),
      };
    case 'secrets':
      return { ...step, list: aim(step.list), set: aim(step.set) };
    case 'reload':
      return { ...step, secret: aim(step.secret) };
    default:
      return step;
  }
}

/** These know no subscription. */
const EVERYWHERE = new Set(['version', 'ad']);

function aimAt(command: Command, subscription: string): Command {
  const [program, group = ''] = command;
  if (program !== 'az' || EVERYWHERE.has(group) || command.includes('--subscription')) return command;
  return [...command, '--subscription', subscription];
}
