import type { LinkedChange } from '../links/linked-change.ts';
import type { OutsideWork } from './outside-work.ts';
import type { ReleaseFrame } from './release-frame.ts';

/** A ticket's link to a change of any repository. */
export interface TicketLink {
  change: LinkedChange;
  /** Whether code is left for the ticket after reverts. */
  net: boolean;
  reverted: boolean;
}

/** What the rules about stories look at: the release with what all its repositories say about its tickets. */
export interface ReleaseModel extends ReleaseFrame {
  linksTo(key: string): readonly TicketLink[];
  outsideWork: ReadonlyMap<string, readonly OutsideWork[]>;
}
