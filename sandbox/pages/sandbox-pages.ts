import { Hono } from 'hono';
import { renderProblemPage } from '../../cli/commands/board/page/problem-page.ts';
import type { BoardExtension } from '../../cli/commands/board/server/extension.ts';
import { ApiRefusal } from './api/call-api.ts';
import type { SandboxPagesDeps } from './api/pages-deps.ts';
import { addGitLabRoutes } from './gitlab/gitlab-routes.ts';
import { addJiraRoutes } from './jira/jira-routes.ts';
import { SANDBOX_SCRIPT } from './page/sandbox-script.generated.ts';
import { SANDBOX_STYLE } from './page/sandbox-style.ts';

/** Jira and GitLab of the sandbox as pages of its board, where a newcomer plays the person by clicks. */
export function createSandboxPages(deps: SandboxPagesDeps): BoardExtension {
  return {
    menu: [
      { address: '/jira', name: 'Jira' },
      { address: '/gitlab', name: 'GitLab' },
    ],
    addRoutes(app) {
      const pages = new Hono();
      const asset = (text: string, type: string) =>
        new Response(text, { headers: { 'content-type': `${type}; charset=utf-8` } });
      pages.get('/sandbox.css', () => asset(SANDBOX_STYLE, 'text/css'));
      pages.get('/sandbox.js', () => asset(SANDBOX_SCRIPT, 'text/javascript'));
      addJiraRoutes(pages, deps);
      addGitLabRoutes(pages, deps);
      pages.onError((error, context) => {
        if (!(error instanceof ApiRefusal)) throw error;
        return context.html(renderProblemPage(error.message), error.status === 404 ? 404 : 502);
      });
      app.route('/', pages);
    },
  };
}
