import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { findLabelledModels, withLabelledModel } from '../../../shared/domain/mapping/choose-model.ts';
import type { RunContext } from './run-context.ts';

/**
 * Keeps the labels of an issue or merge request for the record of the run. Resolves to the binding with the model that
 * one of them asks for, if one does.
 */
export function noteLabels(binding: Binding, labels: string[], context: Pick<RunContext, 'note' | 'log'>): Binding {
  const found = findLabelledModels(binding, labels);
  const modelLabels = found.map(({ label }) => label);
  context.note({ labels, ...(binding.modelsByLabel ? { modelLabels } : {}) });
  if (found.length > 1)
    context.log.info('several labels have a model', { counts: modelLabels[0], all: modelLabels.join(', ') });
  return withLabelledModel(binding, labels);
}
