import * as z from 'zod';

import { MappingSource } from './mapping-source.ts';

/** The JSON Schema (draft 2020-12) of the YAML teams write, for editors. */
export function mappingJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(MappingSource, { target: 'draft-2020-12', io: 'input' });
  return {
    $schema: schema.$schema,
    title: 'cmap mapping',
    description: 'Which GitLab repository the issues of which Jira project are worked on in.',
    ...schema,
  };
}
