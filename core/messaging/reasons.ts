import { reasonFor } from '../policy/reasons';

/** What only sending can run into; everything else is in `core/policy/reasons.ts`. */
const OWN = {
  providerHalted:
    'Meta blocks this sender for a policy, payment or registration matter. Settle it in WhatsApp Manager first.',
  pairRateLimited: 'Too many messages to this one person in a short time. The next run tries again.',
  dryRun: 'A dry run: this message could leave, and did not.',
  runCancelled: 'The run was stopped before this message left. The next run offers it again.',
} as const;

const isOwn = (code: string): code is keyof typeof OWN => Object.hasOwn(OWN, code);

/** One plain sentence for any code that a dispatch can come back with. */
export const sentenceFor = (code: string): string => (isOwn(code) ? OWN[code] : reasonFor(code).sentence);
