import type { DoneLookup } from '../schedule/types';

/** Reads what `OutboxService.done` gives, whose entries are the occurrence and the stage around a NUL. */
export const doneLookup =
  (done: ReadonlySet<string>): DoneLookup =>
  (occurrence, stage) =>
    done.has(`${occurrence}\0${stage}`);
