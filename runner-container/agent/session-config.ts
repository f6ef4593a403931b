import { type SessionConfig, type Tool, type ToolResultObject, ToolSet } from '@github/copilot-sdk';

import type { AgentRequest } from './agent.ts';
import type { OpenServers } from './mcp-servers.ts';
import { standInBaseUrl } from './model-request.ts';
import type { ModelSettings, ProviderModelSettings } from './model-settings.ts';
import { createPermissionHandler } from './permissions.ts';

const READ_TOOLS = ['view', 'grep', 'glob', 'rg'];
const EDIT_TOOLS = [...READ_TOOLS, 'edit', 'create', 'apply_patch', 'bash', 'read_bash', 'stop_bash'];

export interface SessionParts {
  request: Pick<
    AgentRequest<unknown>,
    'access' | 'workTree' | 'readableDirectories' | 'instructions' | 'model' | 'resultTool'
  >;
  model: ModelSettings;
  resultTool: Tool<unknown>;
  /** Large tool outputs are written here, for the model to look at in parts. */
  temporary: string;
  /** Absent: the session has its own tools only. */
  mcp?: OpenServers;
  /** Where the skills are that it may load; absent offers none. */
  skillDirectory?: string;
  /** Reason to go on, asked each time the model stops; `undefined` lets it stop. */
  askToGoOn: () => string | undefined;
}

/**
 * What a session may do. Tools are named one by one: the wildcard for built-in tools includes `lsp`, which starts a
 * program that the repository names, without asking.
 */
export function buildSessionConfig({
  request,
  model,
  resultTool,
  temporary,
  mcp,
  skillDirectory,
  askToGoOn,
}: SessionParts): SessionConfig {
  const { access, workTree, readableDirectories, instructions } = request;
  return {
    availableTools: listTools(access, resultTool, {
      hasServers: mcp !== undefined,
      hasSkills: skillDirectory !== undefined,
    }),
    // No others: in this mode the runtime looks for none in the checkout, and its own ones stay out.
    ...(skillDirectory === undefined ? {} : { enableSkills: true, skillDirectories: [skillDirectory] }),
    ...(mcp ? { mcpServers: mcp.config } : {}),
    tools: [resultTool],
    streaming: true,
    largeOutput: { outputDirectory: temporary },
    managedSettings: { permissions: { deny: DENIED } },
    onPermissionRequest: createPermissionHandler({
      access,
      workTree,
      readable: [...readableDirectories, temporary],
      ...(mcp ? { mcpServers: mcp.servers } : {}),
    }),
    hooks: {
      onPreToolUse: ({ toolName, toolArgs }) =>
        toolName === 'bash' ? { modifiedArgs: inForeground(toolArgs) } : undefined,
      ...(mcp?.hasSecrets ? { onPostToolUse: ({ toolResult }) => hideIn(toolResult, mcp) } : {}),
      onAgentStop: () => {
        const reason = askToGoOn();
        return reason === undefined ? undefined : { decision: 'block', reason };
      },
    },
    systemMessage: {
      mode: 'customize',
      sections: {
        // Empty mode leaves the working directory out, and the file tools want absolute paths.
        environment_context: { action: 'preserve' },
        identity: { action: 'remove' },
        tone: { action: 'remove' },
        // "Be extremely biased for action": here a question is often the better result.
        runtime_instructions: { action: 'remove' },
        // The runtime appends this one at the very end, after everything else it has to say.
        last_instructions: { action: 'replace', content: instructions },
      },
    },
    ...modelConfig(model, request.model),
  };
}

/** The servers are ours one by one, so all that they list may be offered; each is told which of its tools to list. */
function listTools(
  access: 'read' | 'edit',
  resultTool: Tool<unknown>,
  { hasServers, hasSkills }: { hasServers: boolean; hasSkills: boolean },
): ToolSet {
  const tools = new ToolSet().addBuiltIn(access === 'edit' ? EDIT_TOOLS : READ_TOOLS).addCustom(resultTool.name);
  if (hasSkills) tools.addBuiltIn(['skill']);
  return hasServers ? tools.addMcp('*') : tools;
}

/** A server that prints its secret, or a command that found it, does not show it to the model. */
function hideIn(result: ToolResultObject, { hide }: OpenServers): { modifiedResult: ToolResultObject } | undefined {
  const textResultForLlm = hide(result.textResultForLlm);
  return textResultForLlm === result.textResultForLlm ? undefined : { modifiedResult: { ...result, textResultForLlm } };
}

/**
 * A second opinion inside the runtime, asked before our handler. It also looks into shell commands, as far as it can.
 */
const DENIED = ['Read(//proc/**)', 'Read(//sys/**)', 'Edit(.git/**)'];

/** A command that stays in the background would outlive its turn; one that is waited for cannot. */
function inForeground(toolArguments: unknown): unknown {
  if (typeof toolArguments !== 'object' || toolArguments === null) return toolArguments;
  return { ...toolArguments, mode: 'sync', detach: false, initial_wait: 900 };
}

function modelConfig(model: ModelSettings, wanted: string | undefined): Partial<SessionConfig> {
  if (model.kind === 'github') {
    const id = wanted ?? model.model;
    return { gitHubToken: model.token.reveal(), ...(id !== undefined && { model: id }) };
  }
  return { model: wanted ?? model.model, provider: providerConfig(model, wanted ?? model.model) };
}

function providerConfig(model: ProviderModelSettings, wireModel: string): NonNullable<SessionConfig['provider']> {
  return {
    type: model.type,
    baseUrl: standInBaseUrl(model),
    apiKey: 'held-by-the-runner',
    // The runtime chooses tools and parameters by model id. These select plain function tools, which every
    // OpenAI-compatible gateway understands; the endpoint only sees wireModel.
    modelId: model.type === 'anthropic' ? 'claude-sonnet-4.5' : 'gpt-4.1',
    wireModel,
    ...(model.apiVersion !== undefined && { azure: { apiVersion: model.apiVersion } }),
  };
}
