import type * as z from 'zod';

import type { ImageType } from '../../shared/domain/attachments/image-size.ts';
import type { McpServer } from '../../shared/domain/mapping/binding.ts';
import type { OfferedSkill } from '../../shared/domain/prompts/offer-skills.ts';
import type { Usage } from '../../shared/domain/runs/outcome.ts';

/** What one session may use up. The runner ends it with a named error when a limit is reached. */
export interface AgentLimits {
  wallClockMs: number;
  /** No model byte and no tool step for this long means the model is silent. */
  inactivityMs: number;
  maxModelCalls: number;
  maxTokens: number;
}

/** A picture that is shown to the model. */
export interface AgentImage {
  /** As the prompt names it. */
  file: string;
  type: ImageType;
  bytes: Uint8Array;
}

/** What the agent is asked and allowed. One request is one session. */
export interface AgentRequest<Result> {
  /** `edit` may write inside `workTree` and run commands; `read` may only look. */
  access: 'read' | 'edit';
  /** Absolute path of the checkout the agent works in. Its `.git` is not the runner's. */
  workTree: string;
  /** Other absolute directories the agent may read: context files, large diffs. */
  readableDirectories: string[];
  /** Who the agent is and what rules hold; the security block is last (shared/domain/prompts). */
  instructions: string;
  prompt: string;
  /** Go along with the prompt, where the model takes images; a model that does not gets the prompt alone. */
  images?: readonly AgentImage[];
  /** The tool the agent must call to end; its arguments are the result. */
  resultTool: { name: string; description: string; schema: z.ZodType<Result> };
  /** Model id of the binding; absent means the deployment's. */
  model?: string;
  /** Skills the session may load; absent offers none. */
  skills?: readonly OfferedSkill[];
  /** Servers whose tools the session has, besides its own. */
  mcpServers?: readonly McpServer[];
  limits: AgentLimits;
  /** Called for each step a person may want to see: `{ tool: 'edit', target: 'src/a.ts' }`. Never awaited. */
  onStep?: (step: AgentStep) => void;
  /**
   * Called before each call of the model, which waits for it, with what the session will have used at most when the
   * calls that are under way have ended. It does not reject.
   */
  onModelCall?: (atMost: Usage) => Promise<void>;
  /**
   * Called with each result while no process of the session is left and the work tree is the runner's. Resolves with
   * the next message of the same session, which goes on within the same limits, or `undefined` to end it. What it
   * rejects with ends the session, too. Without it the first result is the last.
   */
  judge?: (report: AgentReport<Result>) => Promise<string | undefined>;
}

export interface AgentStep {
  tool: string;
  /** A path relative to the work tree or the first line of a command, capped. */
  target?: string;
}

export interface AgentReport<Result> {
  result: Result;
  /** `tool` when the result tool was called, `prose` when JSON was found in the last message. */
  resultFrom: 'tool' | 'prose';
  /** Of the whole session. */
  usage: Usage;
  /** The model took none of the images. */
  imagesRefused?: boolean;
  /** Names of optional MCP servers that did not start, where there are some. */
  missingServers?: readonly string[];
  /**
   * Since the last message that was sent, as JSON lines: every message, tool call and ending, redacted
   * where it is stored.
   */
  transcript: string;
}

/**
 * Runs one agent session to its end and leaves no process behind.
 * @throws {TaskError} `agent-timed-out`, `agent-silent`, `agent-budget-exhausted`, `agent-no-result`, `agent-crashed`,
 * `model-unavailable`, `model-unauthorized`, `model-refused`, `mcp-server-failed`, `interrupted`. The error's `usage`
 * and `transcript` are on `AgentFailure`. Before any of it `credential-unknown`, `key-vault-*` of its MCP servers.
 */
export type RunAgent = <Result>(request: AgentRequest<Result>, signal: AbortSignal) => Promise<AgentReport<Result>>;
