/** Where what a run in shadow made is to be judged: on the ticket, or on the board alone. */
export type ShadowMode = 'shadow' | 'shadow-board';
