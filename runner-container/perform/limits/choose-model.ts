import type { AgentWork, Binding } from '../../../shared/domain/mapping/binding.ts';

/** The model the binding names for this kind of work, as a part of a request; nothing where the deployment's counts. */
export function chooseModel({ model }: Pick<Binding, 'model'>, work: AgentWork): { model?: string } {
  const chosen = model?.[work];
  return chosen === undefined ? {} : { model: chosen };
}
