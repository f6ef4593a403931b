import { sameName } from '../../kernel/text/same-name.ts';
import type { Binding, LabelledModel } from './binding.ts';

/** The models whose label an issue or merge request has, in the order of the map: the first counts. */
export function findLabelledModels(
  { modelsByLabel = [] }: Pick<Binding, 'modelsByLabel'>,
  labels: readonly string[],
): LabelledModel[] {
  return modelsByLabel.filter(({ label }) => labels.some((one) => sameName(one, label)));
}

/** The binding with the model of a label for all work, where one of these labels has one. */
export function withLabelledModel<OneBinding extends Pick<Binding, 'model' | 'modelsByLabel'>>(
  binding: OneBinding,
  labels: readonly string[],
): OneBinding {
  const [first] = findLabelledModels(binding, labels);
  if (!first) return binding;
  const { model } = first;
  return { ...binding, model: { coding: model, review: model, reply: model } };
}
