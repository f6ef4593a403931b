import * as z from 'zod';
import { MAINTAINER } from '../http/access.ts';
import { ApiError, notFound } from '../http/api-error.ts';
import { paginate } from '../http/paginate.ts';
import { projectOf, readParams } from '../http/read-params.ts';
import type { Route, RouteCall } from '../http/route.ts';
import type { SandboxHook, SandboxProject } from '../state/fake-state.ts';
import { viewHook } from '../views/views.ts';

const Settings = z.object({
  url: z.url(),
  token: z.string().optional(),
  signing_token: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{43}=$/)
    .optional(),
  push_events: z.boolean().optional(),
  merge_requests_events: z.boolean().optional(),
  note_events: z.boolean().optional(),
  pipeline_events: z.boolean().optional(),
});

/** Webhooks of a project; for maintainers. */
export const hookRoutes: Route[] = [
  {
    name: 'GET /projects/:id/hooks',
    handle(call) {
      const project = projectOf(call, MAINTAINER);
      return paginate(call, project.hooks, (hook) => viewHook(project, hook, call.state.clock.now()));
    },
  },
  {
    name: 'POST /projects/:id/hooks',
    handle(call) {
      const project = projectOf(call, MAINTAINER);
      const hook = newHook(call, project);
      Object.assign(hook, toSettings(call));
      project.hooks.push(hook);
      return { status: 201, body: viewHook(project, hook, call.state.clock.now()) };
    },
  },
  {
    name: 'PUT /projects/:id/hooks/:hook',
    handle(call) {
      const project = projectOf(call, MAINTAINER);
      const hook = project.hooks.find(({ id }) => id === Number(call.params['hook']));
      if (!hook) throw notFound();
      Object.assign(hook, toSettings(call), { failures: 0, disabledUntil: 0 });
      return { status: 200, body: viewHook(project, hook, call.state.clock.now()) };
    },
  },
  {
    name: 'DELETE /projects/:id/hooks/:hook',
    handle(call) {
      const project = projectOf(call, MAINTAINER);
      if (!project.hooks.some(({ id }) => id === Number(call.params['hook']))) throw notFound();
      project.hooks = project.hooks.filter(({ id }) => id !== Number(call.params['hook']));
      return { status: 204 };
    },
  },
];

function newHook({ state }: RouteCall, project: SandboxProject): SandboxHook {
  if (project.hooks.length >= 100)
    throw new ApiError(422, { message: 'Maximum number of project webhooks (100) exceeded' });
  return {
    id: state.nextId(),
    url: '',
    token: undefined,
    signingToken: undefined,
    pushEvents: true,
    mergeRequestsEvents: false,
    noteEvents: false,
    pipelineEvents: false,
    createdAt: state.clock.now(),
    failures: 0,
    disabledUntil: 0,
  };
}

function toSettings(call: RouteCall): Partial<SandboxHook> {
  const settings = readParams(Settings, call);
  return {
    url: settings.url,
    ...(settings.token === undefined ? {} : { token: settings.token }),
    ...(settings.signing_token === undefined ? {} : { signingToken: settings.signing_token }),
    ...(settings.push_events === undefined ? {} : { pushEvents: settings.push_events }),
    ...(settings.pipeline_events === undefined ? {} : { pipelineEvents: settings.pipeline_events }),
    ...(settings.note_events === undefined ? {} : { noteEvents: settings.note_events }),
    ...(settings.merge_requests_events === undefined ? {} : { mergeRequestsEvents: settings.merge_requests_events }),
  };
}
