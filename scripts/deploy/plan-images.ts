import path from 'node:path';

import type { DeployInput } from './deploy-input.ts';
import { type RunnerImage, repositoryOf } from './runner-images.ts';
import type { Command, Step } from './step.ts';

const HELP = 'Some subscriptions cannot build in the registry; then start Docker and run the same command again.';

/** The runner images: each that can be built is, unless the registry has it; of the others it must be there. */
export function planImages({ imageTag, runnerImages }: DeployInput): Step[] {
  const image = `cmap-runner:${imageTag}`;
  const build = buildImage({ image, as: 'runner_digest', dockerfile: 'runner-container/Dockerfile', context: '.' });
  const first: Step = { ...build, title: `Build the runner image ${image}, unless the registry has it` };
  return [first, ...runnerImages.map(planImage)];
}

/** The variables of Terraform that name each image that was built, by its digest. */
export function imageVariables({ runnerImages }: DeployInput): Command {
  const built = runnerImages.flatMap(({ name, dockerfile }) =>
    dockerfile ? [`"${name}"="${repositoryOf(name)}@<${factOf(name)}>"`] : [],
  );
  return [
    '-var=runner_image_tag=<runner_digest>',
    ...(built.length > 0 ? [`-var=built_runner_images={${built.join(',')}}`] : []),
  ];
}

function planImage({ name, image, dockerfile }: RunnerImage): Step {
  if (dockerfile === undefined) return lookForImage(name, image);
  const base = ['--build-arg', 'RUNNER=<registry>/cmap-runner@<runner_digest>'];
  const context = path.posix.dirname(dockerfile);
  const title = `Build ${image} for bindings with the image ${name}, unless the registry has it`;
  return { ...buildImage({ image, as: factOf(name), dockerfile, context, more: base }), title };
}

function lookForImage(name: string, image: string): Step {
  return {
    kind: 'command',
    title: `Look for ${image}, the image ${name}: it is built and pushed by you`,
    command: ['az', 'acr', 'repository', 'show', '--name', '<registry_name>', '--image', image, '--output', 'none'],
    help: `Build it from the runner image above and push it as docs/runner-images.md says, or have it built: runner_images.${name}.dockerfile in place of image.`,
  };
}

interface Build {
  image: string;
  as: string;
  dockerfile: string;
  context: string;
  more?: string[];
}

function buildImage({ image, as, dockerfile, context, more = [] }: Build): Omit<Step & { kind: 'image' }, 'title'> {
  const build = ['docker', 'build', '--platform', 'linux/amd64', ...more, '--file', dockerfile];
  return {
    kind: 'image',
    look: [
      ...['az', 'acr', 'repository', 'show', '--name', '<registry_name>', '--image', image],
      ...['--query', 'digest', '--output', 'tsv'],
    ],
    as,
    withDocker: [
      ['az', 'acr', 'login', '--name', '<registry_name>'],
      [...build, '--tag', `<registry>/${image}`, context],
      ['docker', 'push', `<registry>/${image}`],
    ],
    inRegistry: [
      ...['az', 'acr', 'build', '--registry', '<registry_name>', '--image', image, '--platform', 'linux/amd64'],
      ...[...more, '--file', dockerfile, context],
    ],
    help: HELP,
  };
}

function factOf(name: string): string {
  return `digest_of_${name.replaceAll('-', '_')}`;
}
