import { withDefault } from './setting.ts';
import { matching } from './setting-parsers.ts';

const containerName = matching(/^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, 'must be the name of a blob container');
const fix = 'Set it to the name of a container of the storage account, 3 to 63 lower case letters, digits and hyphens.';

/** Where the run ledger is kept for auditors; written by the functions, read by the runner and by `cmap`. */
export const ledgerShape = {
  LEDGER_CONTAINER: withDefault(containerName, {
    description: 'Blob container where each finished day of the run ledger is kept.',
    fix,
    default: 'ledger',
  }),
};

/** Where audits and the run ledger are kept; read by the runner and by `cmap audit`. */
export const archiveShape = {
  AUDIT_CONTAINER: withDefault(containerName, {
    description: 'Blob container where audits are kept.',
    fix,
    default: 'audits',
  }),
  ...ledgerShape,
};
