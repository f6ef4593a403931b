import * as z from 'zod/mini';
import { LOG_LEVELS, type LogLevel } from '../../adapters/telemetry/json-log.ts';
import { parseOtlpHeaders } from '../../adapters/telemetry/otlp-headers.ts';
import { Secret } from '../../kernel/secret.ts';
import { optional, withDefault } from './setting.ts';
import { matching, oneOf, plainText, serviceUrl } from './setting-parsers.ts';

export interface ProcessSettings {
  /** Who holds claims and signs comments; one per deployment. */
  agentId: string;
  logLevel: LogLevel;
  telemetry: { serviceName: string; endpoint?: string; headers?: Secret };
  identity: { clientId?: string; managedIdentity: boolean };
}

export const processShape = {
  AGENT_ID: withDefault(
    matching(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
      'must be a short name of letters, digits, dots, dashes and underscores',
    ),
    {
      description: 'Name of this deployment on claims, logs and commits.',
      fix: 'Set it to a short name such as cmap-prod.',
      default: 'cmap',
    },
  ),
  LOG_LEVEL: withDefault(oneOf(LOG_LEVELS), {
    description: 'Lowest level of log lines; `debug` adds stacks to errors.',
    fix: 'Set it to debug, info, warn or error.',
    default: 'info',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: optional(serviceUrl, {
    description: 'Collector for traces and metrics, OTLP over HTTP; nothing is exported without it.',
    fix: 'Set it to the base URL of the collector, without /v1/traces.',
  }),
  OTEL_EXPORTER_OTLP_HEADERS: optional(
    z.lazy(() =>
      z.pipe(
        z
          .string()
          .check(z.refine((text) => parseOtlpHeaders(text) !== undefined, 'must have the form key=value,key=value')),
        z.transform((text) => new Secret(text)),
      ),
    ),
    {
      description: 'Headers for the collector, such as its access token.',
      fix: 'Set it to key=value pairs with commas between them, values percent-encoded.',
    },
  ),
  OTEL_SERVICE_NAME: optional(plainText, {
    description: 'Service name on traces and metrics; cmap-functions or cmap-runner when absent.',
    fix: 'Set it to a short name.',
  }),
  AZURE_CLIENT_ID: optional(matching(/^[0-9a-f-]{36}$/i, 'must be a client id (a GUID)'), {
    description: 'Client id of the user-assigned managed identity.',
    fix: 'Set it to the client id of the identity, or remove it to use the system-assigned one.',
  }),
  IDENTITY_ENDPOINT: optional(plainText, {
    description: 'Set by Azure where the process has a managed identity; never set it yourself.',
    fix: 'Remove it.',
  }),
};

export function buildProcessSettings(
  values: z.output<z.ZodMiniObject<typeof processShape>>,
  defaultServiceName: string,
): ProcessSettings {
  const {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: headers,
    AZURE_CLIENT_ID: clientId,
  } = values;
  return {
    agentId: values.AGENT_ID,
    logLevel: values.LOG_LEVEL,
    telemetry: {
      serviceName: values.OTEL_SERVICE_NAME ?? defaultServiceName,
      ...(endpoint ? { endpoint } : {}),
      ...(headers ? { headers } : {}),
    },
    identity: { managedIdentity: values.IDENTITY_ENDPOINT !== undefined, ...(clientId ? { clientId } : {}) },
  };
}
