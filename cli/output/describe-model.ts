import type { RunFacts } from '../../shared/domain/runs/run.ts';
import { oneLine } from '../../shared/kernel/text/one-line.ts';

/** Which model a run asked because of a label; `undefined` where no label has one. */
export function describeLabelledModel({ model, modelLabels = [] }: RunFacts): string | undefined {
  const [first, ...others] = modelLabels.map(oneLine);
  if (first === undefined) return undefined;
  const rest =
    others.length > 0
      ? `; ${others.join(', ')} would have another one and ${others.length === 1 ? 'comes' : 'come'} later in the map`
      : '';
  return `${model ?? 'no model yet'}, by the label ${first}${rest}`;
}
