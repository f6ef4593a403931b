import type { ModelProbe } from '../../../shared/adapters/model/probe-model.ts';
import type { Tools } from '../../clients/tools.ts';
import { attempt, type Check, fail, ok, warn } from './check.ts';

/** Whether the model endpoint answers and takes the key, without asking a model anything. */
export function checkModel(tools: Pick<Tools, 'model'>): Promise<Check[]> {
  return attempt('model', async () => {
    const model = await tools.model();
    if (!model) return [warn('model', 'not looked at: neither COPILOT_PROVIDER_BASE_URL nor GITHUB_TOKEN is set here')];
    if (model.kind === 'copilot')
      return [ok('model', 'GitHub Copilot with GITHUB_TOKEN; it is asked by the runner only')];
    return [judge(await model.probe(), model.baseUrl)];
  });
}

function judge(probe: ModelProbe, baseUrl: string): Check {
  if (probe.kind === 'unreachable') {
    return fail(
      'model',
      `${baseUrl} does not answer: check COPILOT_PROVIDER_BASE_URL and whether this machine may reach it`,
    );
  }
  const { status } = probe;
  if (status === 401 || status === 403)
    return fail('model', `${baseUrl} refuses the key: renew COPILOT_PROVIDER_API_KEY`);
  if (status < 300) return ok('model', `${baseUrl} answers and takes the key`);
  if (status < 500)
    return warn('model', `${baseUrl} answers ${status} to a listing of its models, so the key was not proven`);
  return fail('model', `${baseUrl} answers ${status}: the service is down`);
}
