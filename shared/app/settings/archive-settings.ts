import { withDefault } from './setting.ts';
import { matching } from './setting-parsers.ts';

/** Where audits are kept; read by the runner and by `cmap audit`. */
export const archiveShape = {
  AUDIT_CONTAINER: withDefault(
    matching(/^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, 'must be the name of a blob container'),
    {
      description: 'Blob container where audits are kept.',
      fix: 'Set it to the name of a container of the storage account, 3 to 63 lower case letters, digits and hyphens.',
      default: 'audits',
    },
  ),
};
