import type { Secret } from '../../shared/kernel/secret.ts';

/** Where model calls go. A company brings its own endpoint, or the runner uses a GitHub Copilot subscription. */
export type ModelSettings = ProviderModelSettings | GitHubModelSettings;

/** `COPILOT_PROVIDER_TYPE`, `COPILOT_PROVIDER_BASE_URL`, `COPILOT_PROVIDER_API_KEY`, `COPILOT_MODEL`. */
export interface ProviderModelSettings {
  kind: 'provider';
  type: 'openai' | 'azure' | 'anthropic';
  /**
   * openai: with its version (`https://api.openai.com/v1`). azure: the resource (`https://name.openai.azure.com`).
   * anthropic: without a version (`https://api.anthropic.com`).
   */
  baseUrl: string;
  /** Absent for endpoints that need none, such as a model on the same machine. */
  apiKey?: Secret;
  /** Model id, or the deployment's name on Azure. A binding may name another. */
  model: string;
  /** Azure only. Absent uses its versionless v1 route. */
  apiVersion?: string;
}

/** `GITHUB_TOKEN` of an account with a Copilot subscription, `COPILOT_MODEL`. */
export interface GitHubModelSettings {
  kind: 'github';
  token: Secret;
  model?: string;
}
