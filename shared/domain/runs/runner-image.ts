/**
 * A name that can be part of the name of a queue, of a Container Apps job and of a Kubernetes object. `tasks-poison` is
 * the poison queue, the job `runner` is the default one, and `default` would be taken for it.
 */
export const RUNNER_IMAGE = /^(?!(?:default|poison|runner)$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
/** What the names of Container Apps jobs leave. */
export const MAX_RUNNER_IMAGE_LENGTH = 10;

/** Which images a deployment has runners for, besides the one of bindings that name none. */
export interface RunnerImages {
  names: readonly string[];
  /** Every runner performs every task, whichever image its binding names: one machine, for trials. */
  servesAny?: boolean;
}

/** Those of a deployment that was told of none. */
export const NO_RUNNER_IMAGES: RunnerImages = { names: [] };

/** Whether some runner performs the tasks of bindings with this image. */
export function isServed(image: string | undefined, { names, servesAny = false }: RunnerImages): boolean {
  return image === undefined || servesAny || names.includes(image);
}

/** For people: why a binding with an image that no runner has does nothing. */
export function describeUnservedImage(image: string, { names }: RunnerImages): string {
  const known = names.length === 0 ? 'it has runners for no image by name' : `it has runners for ${names.join(', ')}`;
  return `The binding names the image ${image}, for which this deployment has no runner (${known}): add ${image} to runner_images of the deployment, or correct \`image\` in the map and reload.`;
}
