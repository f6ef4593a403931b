import type { Reply } from '../../http/send-reply.ts';
import type { FakeState, SandboxToken, SandboxUser } from '../state/fake-state.ts';

/** One request as a route sees it: sender known, body read. */
export interface RouteCall {
  state: FakeState;
  /** The part of the path behind each `:name`, decoded. */
  params: Record<string, string>;
  query: URLSearchParams;
  /** The JSON body, with the query behind it: GitLab takes parameters from either. */
  body: Record<string, unknown>;
  url: URL;
  user: SandboxUser;
  token: SandboxToken;
}

export interface Route {
  /** `GET /projects/:id`; also the name under which calls are counted. */
  name: string;
  handle(call: RouteCall): Reply | Promise<Reply>;
}
