import { effectiveRetention } from '../../../policy/retention';
import type { ControllerPolicy } from '../../../policy/types';
import type { ProcessingInformation } from './exportSchema';

type Line = ProcessingInformation['retention'][number];

const WHAT: Readonly<Record<string, string>> = {
  outboxDays: 'Facts of sent messages, from their settlement',
  inboundDays: 'Facts of received messages, from their arrival',
  auditDays: 'Audit trail',
  consentFactsYears: 'Consents and facts of messages of an erased person, unlinked (Art. 17(3)(e))',
  engagementMonths: 'Engagement counters',
  closedTaskDays: 'Tasks of the desk, from their closing',
  profileDays: 'Profile fields, from the day they were last set',
};
const UNITS = ['Days', 'Months', 'Years'] as const;

function line(kind: string, kept: number | null): Line {
  const unit = UNITS.find((each) => kind.endsWith(each))?.toLowerCase() ?? '';
  return {
    what: WHAT[kind] ?? kind,
    howLong: kept === null ? 'as long as the contact' : `${kept} ${unit}`.trim(),
  };
}

/** How long each kind of data is kept, in words for the person who asks and for the record of Art. 30. */
export function retentionOf(policy: ControllerPolicy): Line[] {
  const { conversationDays } = policy;
  return [
    {
      what: 'Words of conversations and ids of files',
      howLong:
        conversationDays === 0
          ? 'not stored'
          : `${conversationDays} days after the last message or the closing of the last task about it`,
    },
    { what: 'Phone numbers, ids and consents', howLong: 'until the person is erased' },
    { what: 'Suppressions, as tokens that do not tell the number', howLong: 'for good' },
    ...Object.entries<number | null>({ ...effectiveRetention(policy) }).map(([kind, kept]) =>
      line(kind, kept),
    ),
  ];
}
