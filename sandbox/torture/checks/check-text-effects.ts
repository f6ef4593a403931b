import type { TextEffect } from '../../gitlab/state/fake-state.ts';
import { TEAMS } from '../environment/teams.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Violation } from './violation.ts';

/** GitLab acted on no hostile text that the agent wrote. */
export function checkTextEffects({ environment: { gitlab } }: TortureEnvironment): Violation[] {
  return gitlab.state.effects.flatMap((effect) => {
    const what = describeEffect(effect);
    const ids = 'iid' in effect ? [`${effect.project}!${effect.iid}`] : [effect.project];
    if (what === undefined) return [];
    return [{ kind: 'defect' as const, what: `hostile text of the agent took effect: ${what} in ${ids[0]}`, ids }];
  });
}

const BOTS: ReadonlySet<string> = new Set(TEAMS.map(({ bot }) => bot));

/** `undefined` for what people may write: their own commands, mentions of single users, Jira keys. */
function describeEffect(effect: TextEffect): string | undefined {
  switch (effect.kind) {
    case 'quick-action':
      return BOTS.has(effect.by) ? `/${effect.command} ${effect.argument}` : undefined;
    case 'mention':
      return BOTS.has(effect.by) && effect.who === 'all' ? '@all' : undefined;
    case 'closed-issue':
      return effect.reference.includes('#') ? `closing ${effect.reference}` : undefined;
    case 'skipped-pipeline':
      return `a skipped pipeline of ${effect.branch}`;
  }
}
