import { readOptions } from '../../arguments/read-options.ts';
import type { CommandGroup } from '../../command-line/command.ts';

/** What is done with mapping files. */
export const MAP_COMMANDS: CommandGroup = {
  title: 'The map (needs only its file)',
  commands: [
    {
      usage: 'init [path]',
      description: 'Write a binding for the repository you are in (path: cmap.yaml)',
      options: [
        ['--jira-project <key>', 'The key of the Jira project, such as PROJ'],
        ['--reviews-only', 'Bind the repository without a Jira project, for reviews and answers only'],
        ['--repo <path>', 'The GitLab repository; without it, the one this clone came from'],
        ['--target-branch <name>', 'The branch merge requests go to'],
        ['--credential-ref <name>', 'The name of the GitLab credential'],
        ['--yes', 'Ask nothing; change an existing file after keeping a copy'],
        ['--dry-run', 'Print the file instead of writing it'],
      ],
      example: 'cmap init --jira-project PROJ',
      async run(given, io) {
        const { init, InitOptions } = await import('./init.ts');
        return init(readOptions(InitOptions, given), io);
      },
    },
    {
      usage: 'validate <...paths>',
      description: 'Check mapping files (or folders, or - for stdin) and list the credentials they need',
      options: [['--check-env', 'A credential missing from this environment is an error']],
      example: 'cmap validate cmap.yaml --check-env',
      async run(given, io) {
        const { validate, ValidateOptions } = await import('./validate.ts');
        return validate(readOptions(ValidateOptions, given), io);
      },
    },
    {
      usage: 'show [path]',
      description: 'Show the bindings of a mapping file as a table; without one, those in force (needs settings)',
      example: 'cmap show cmap.yaml',
      async run(given, io) {
        const { show, ShowOptions } = await import('./show.ts');
        return show(readOptions(ShowOptions, given), io);
      },
    },
    {
      usage: 'render-json <...paths>',
      description: 'Print the JSON the runtime reads, from one or several files or folders',
      options: [['--compact', 'On one line']],
      example: 'cmap render-json cmap.yaml > mapping.json',
      local: true,
      async run(given, io) {
        const { renderJson, RenderJsonOptions } = await import('./render-json.ts');
        return renderJson(readOptions(RenderJsonOptions, given), io);
      },
    },
    {
      usage: 'render-terraform <...paths>',
      description: 'Print the Terraform variables a map needs: itself and its aliases',
      example: 'cmap render-terraform cmap.yaml > infra/map.auto.tfvars.json',
      local: true,
      async run(given, io) {
        const { renderTerraform, RenderTerraformOptions } = await import('./render-terraform.ts');
        return renderTerraform(readOptions(RenderTerraformOptions, given), io);
      },
    },
    {
      usage: 'render-helm <...paths>',
      description: 'Print the values a map needs of the Helm chart: itself and its keys',
      example: 'cmap render-helm cmap.yaml > map.values.yaml',
      local: true,
      async run(given, io) {
        const { renderHelm, RenderHelmOptions } = await import('./render-helm.ts');
        return renderHelm(readOptions(RenderHelmOptions, given), io);
      },
    },
    {
      usage: 'diff <old> [new]',
      description:
        'Say what a map changes and touches; with one file, against the deployed map (which needs its settings)',
      example: 'cmap diff cmap.yaml',
      async run(given, io) {
        const { diff, DiffOptions } = await import('./diff.ts');
        return diff(readOptions(DiffOptions, given), io);
      },
    },
    {
      usage: 'reload',
      description: 'Have the deployment put its map in force (needs the admin secret)',
      options: [
        ['--dry-run', 'Only say what that would change'],
        ['--url <address>', 'Address of the functions app; FUNCTIONS_URL unless given'],
      ],
      example: 'cmap reload --dry-run',
      changes: true,
      async run(given, io) {
        const { reload, ReloadOptions } = await import('./reload.ts');
        return reload(readOptions(ReloadOptions, given), io);
      },
    },
    {
      usage: 'schema',
      description: 'Print the JSON Schema of the mapping file, for editors',
      example: 'cmap schema > cmap.schema.json',
      local: true,
      async run(_given, io) {
        const { schema } = await import('./schema.ts');
        return schema(io);
      },
    },
  ],
};
