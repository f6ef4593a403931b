/** Roles in a GitLab project, as `getAccessLevel` of the port says them: a reporter reads it and writes notes. */
export const REPORTER = 20;
/** Pushes to branches as well. */
export const DEVELOPER = 30;
/** Pushes to protected branches as well. */
export const MAINTAINER = 40;
