/**
 * A sign-in to a service by OAuth, as all processes of a deployment share it. Tokens are sealed before they come here.
 */
export interface SignIn {
  /** Refresh and access token; absent until the first refresh. */
  sealed?: string | undefined;
  /** While it lies ahead, a process is asking for new tokens. Milliseconds. */
  refreshingUntil?: number | undefined;
  /** Which process that is. */
  refresher?: string | undefined;
  /** When the service refused the refresh token. Milliseconds. */
  refusedAt?: number | undefined;
}

/** Sign-ins by name, each with the version a later write is compared with. Throws {TaskError} `storage-*`. */
export interface SignIns {
  find(name: string): Promise<{ value: SignIn; version: string } | undefined>;
  /** False when another process wrote since it was read at `version` (`undefined`: there was none). */
  putIf(name: string, value: SignIn, version: string | undefined): Promise<boolean>;
}
