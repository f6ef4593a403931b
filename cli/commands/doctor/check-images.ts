import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { bindingLabel } from '../../../shared/domain/mapping/binding-key.ts';
import { describeUnservedImage, isServed, type RunnerImages } from '../../../shared/domain/runs/runner-image.ts';
import { type Check, fail, ok } from './check.ts';

/** Whether the deployment has runners for each image that bindings name; says nothing where none is named. */
export function checkImages(bindings: readonly Binding[], images: RunnerImages): Check[] {
  const naming = bindings.filter(({ image }) => image !== undefined);
  return [...Map.groupBy(naming, ({ image = '' }) => image)].map(([image, group]) => {
    const projects = group.map(bindingLabel).join(', ');
    return isServed(image, images)
      ? ok(`image ${image}`, `the deployment has runners for it; named by ${projects}`)
      : fail(`image ${image}`, `named by ${projects}. ${describeUnservedImage(image, images)}`);
  });
}
