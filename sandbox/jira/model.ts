import type { AdfNode } from '../../shared/adapters/jira/adf/adf.ts';

export interface SandboxUser {
  accountId: string;
  displayName: string;
  emailAddress?: string;
  /** With it the user can call the API: `email:token` as Basic, or the token alone as Bearer. */
  apiToken?: string;
  accountType?: 'atlassian' | 'app' | 'customer';
}

type StatusCategory = 'new' | 'indeterminate' | 'done';

export interface SandboxWorkflow {
  statuses: { name: string; category: StatusCategory }[];
  /** `from` absent means from every other status. The names are what buttons say, not what statuses are called. */
  transitions: {
    name: string;
    to: string;
    from?: string[];
    /** Fields of the screen that opens; a required one without a default has to come with the call. */
    screen?: Record<string, ScreenField>;
  }[];
}

export interface ScreenField {
  name: string;
  required: boolean;
  hasDefaultValue?: boolean;
  allowedValues?: { id: string; name: string }[];
}

/** What a user of the API may be refused; the names are Jira's. */
export type Permission =
  | 'BROWSE_PROJECTS'
  | 'ADD_COMMENTS'
  | 'CREATE_ATTACHMENTS'
  | 'EDIT_OWN_COMMENTS'
  | 'TRANSITION_ISSUES'
  | 'ASSIGN_ISSUES'
  | 'CREATE_ISSUES'
  | 'EDIT_ISSUES'
  | 'LINK_ISSUES';

export interface SandboxProject {
  key: string;
  /** Customers see what is attached to its issues. */
  isServiceDesk?: boolean;
  workflow?: SandboxWorkflow;
}

export interface Status {
  id: string;
  name: string;
  category: StatusCategory;
}

export interface Change {
  id: string;
  authorId: string;
  at: number;
  items: {
    field: string;
    /** The field's id where it differs from its name. */
    fieldId?: string;
    from: string | null;
    fromString: string | null;
    to: string | null;
    toString: string | null;
  }[];
}

/** Who may read a comment. */
export interface Visibility {
  type: 'role' | 'group';
  value: string;
}

export interface Version {
  id: string;
  projectKey: string;
  name: string;
  released: boolean;
  /** `2026-11-30` */
  releaseDate?: string;
}

/** A link between two issues, as the type words it from either side. */
export interface IssueLink {
  type: { id: string; name: string; inward: string; outward: string };
  /** Key of the issue that the outward words are about. */
  from: string;
  to: string;
}

export interface Comment {
  id: string;
  /** `null` for an anonymous one: answers have no author. */
  authorId: string | null;
  visibility?: Visibility;
  /** For the team of a service desk only. */
  internal?: boolean;
  /** ADF. */
  body: AdfNode;
  createdAt: number;
  updatedAt: number;
}

export interface Attachment {
  id: string;
  name: string;
  mimeType: string;
  /** As Jira says it, which need not be true. */
  size: number;
  content: Uint8Array;
  authorId: string;
  createdAt: number;
}

export interface StoredIssue {
  id: string;
  key: string;
  projectKey: string;
  summary: string;
  description: AdfNode | null;
  status: Status;
  assigneeId: string | null;
  reporterId: string;
  labels: string[];
  type: string;
  /** Key of the issue this one is a subtask of. */
  parent: string | null;
  resolution: string | null;
  /** Ids of versions. */
  fixVersions: string[];
  components: string[];
  createdAt: number;
  /** The account of the product may not read it. */
  restricted: boolean;
  /** Keys of issues that block this one. */
  blockedBy: string[];
  updatedAt: number;
  changes: Change[];
  comments: Comment[];
  attachments: Attachment[];
  /** Custom fields, by id. */
  fields: Map<string, { name: string; value: unknown }>;
  properties: Map<string, unknown>;
  remoteLinks: Map<string, { id: number; url: string; title: string }>;
  /** Answers about this issue lack what clients need. */
  corrupt: boolean;
}

/** The workflow of a project that names none: buttons are called differently from the statuses they lead to. */
export const DEFAULT_WORKFLOW: SandboxWorkflow = {
  statuses: [
    { name: 'To Do', category: 'new' },
    { name: 'AI Ready', category: 'new' },
    { name: 'In Progress', category: 'indeterminate' },
    { name: 'In Review', category: 'indeterminate' },
    { name: 'Done', category: 'done' },
  ],
  transitions: [
    { name: 'Put back', to: 'To Do' },
    { name: 'Hand to the agent', to: 'AI Ready' },
    { name: 'Start work', to: 'In Progress' },
    { name: 'Ask for review', to: 'In Review' },
    { name: 'Close', to: 'Done' },
  ],
};
