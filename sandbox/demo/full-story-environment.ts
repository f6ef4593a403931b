import path from 'node:path';
import {
  type DemoEnvironment,
  type DemoEnvironmentOptions,
  type StorySetting,
  startStoryEnvironment,
} from './demo-environment.ts';
import { BACKEND, WEB } from './shop-repositories.ts';

/** One Jira project for two repositories, with what a binding may turn on besides the main job. */
export const FULL_STORY_YAML = `bindings:
  - jira_project: SHOP
    repo: shop/backend
    routes:
      - { name: web, when: { component: Web }, repo: shop/web, validate: node --test }
    plan_label: plan-first
    needs_answer_label: agent-asks
    merge_target: on
    repair_pipelines: on
    merge_request: { ready: when-green }
    back_ports: release/{version}
`;

const SETTING: StorySetting = {
  yaml: FULL_STORY_YAML,
  scenarios: path.join(import.meta.dirname, 'full-story-scenarios'),
  agents: { default: 'cmap-shop' },
  repositories: [
    { path: 'shop/backend', files: BACKEND },
    { path: 'shop/web', files: WEB },
  ],
  jiraProjects: ['SHOP'],
};

/** Starts what the full story plays on. */
export function startFullStoryEnvironment(
  options: DemoEnvironmentOptions,
  outer = process.env,
): Promise<DemoEnvironment> {
  return startStoryEnvironment(SETTING, options, outer);
}
