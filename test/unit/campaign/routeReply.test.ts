import fc from 'fast-check';
import { routeReply, ROUTES, type RoutableReply } from '../../../core/campaign/routeReply';
import { INTENTS } from '../../../core/replies/types';

const plain: RoutableReply = {
  kind: 'message',
  intent: 'other',
  sensitive: false,
  suspectedStop: false,
  wrongNumber: false,
  deceased: false,
  replyTo: { status: 'one' },
};

describe('routeReply', () => {
  it.each([
    ['emergency', 'Emergency'],
    ['stop', 'Stop'],
    ['start', 'Start'],
    ['confirm', 'Confirm'],
    ['reschedule', 'Reschedule'],
    ['cancel', 'Cancel'],
    ['human', 'Person'],
    ['rating', 'Rating'],
    ['preference_a', 'Preference'],
    ['preference_b', 'Preference'],
    ['preference_c', 'Preference'],
    ['yes', 'Yes'],
    ['no', 'No'],
    ['help', 'Help'],
    ['question', 'Question'],
    ['other', 'Other'],
  ] as const)('sends the intent %s to %s', (intent, route) => {
    expect(routeReply({ ...plain, intent })).toEqual({ route, ask: null });
  });

  it.each([
    ['a confirmation of nothing that we asked', 'confirm', 'Help', 'nothingOpen'],
    ['a number when nothing is open', 'rating', 'Help', 'nothingOpen'],
    ['a wish to move an appointment that we do not know of', 'reschedule', 'Person', null],
    ['a cancellation of an appointment that we do not know of', 'cancel', 'Person', null],
    ['a question out of the blue', 'question', 'Question', null],
  ] as const)('changes nothing by %s', (_what, intent, route, ask) => {
    expect(routeReply({ ...plain, intent, replyTo: { status: 'none' } })).toEqual({ route, ask });
  });

  it.each([
    [
      'an emergency with clinical words is still an emergency',
      { intent: 'emergency', sensitive: true },
      'Emergency',
    ],
    ['a STOP with clinical words still stops', { intent: 'stop', sensitive: true }, 'Stop'],
    ['a STOP from the wrong number still stops', { intent: 'stop', wrongNumber: true }, 'Stop'],
    [
      'clinical words go to Sensitive, whatever else was said',
      { intent: 'confirm', sensitive: true },
      'Sensitive',
    ],
    ['a death is read by a person', { intent: 'cancel', deceased: true }, 'Person'],
    ['a death told in clinical words is read by a person', { deceased: true, sensitive: true }, 'Person'],
    ['a wrong number is read by a person', { intent: 'confirm', wrongNumber: true }, 'Person'],
    ['what sounds like a STOP is read by a person', { intent: 'no', suspectedStop: true }, 'Person'],
    [
      'clinical words that sound like a STOP are sensitive',
      { suspectedStop: true, sensitive: true },
      'Sensitive',
    ],
  ] as const)('%s', (_what, change, route) => {
    expect(routeReply({ ...plain, ...change })).toEqual({ route, ask: null });
  });

  it.each(['confirm', 'reschedule', 'cancel'] as const)(
    'asks back which appointment a %s is about when there are several',
    (intent) => {
      const reply = { ...plain, intent, replyTo: { status: 'several' } } as const;
      expect(routeReply(reply)).toEqual({ route: 'Help', ask: 'whichAppointment' });
    },
  );

  it('does not ask back for a STOP or a score when several appointments are open', () => {
    const several = { ...plain, replyTo: { status: 'several' } } as const;
    expect(routeReply({ ...several, intent: 'stop' })).toEqual({ route: 'Stop', ask: null });
    expect(routeReply({ ...several, intent: 'rating' })).toEqual({ route: 'Rating', ask: null });
  });

  it.each([
    ['confirm', 'Help', 'nothingOpen'],
    ['yes', 'Help', 'nothingOpen'],
    ['rating', 'Help', 'nothingOpen'],
    ['preference_b', 'Help', 'nothingOpen'],
    ['reschedule', 'Person', null],
    ['cancel', 'Person', null],
    ['question', 'Question', null],
    ['help', 'Help', null],
  ] as const)('sends a %s that answers nothing we asked to %s', (intent, route, ask) => {
    expect(routeReply({ ...plain, intent, replyTo: { status: 'none' } })).toEqual({ route, ask });
  });

  it.each(['status', 'identity'] as const)('never answers a %s event as if somebody had spoken', (kind) => {
    expect(routeReply({ ...plain, kind, intent: 'confirm' })).toEqual({ route: 'Other', ask: null });
  });

  it('gives every reply one of the outputs, and never a bot to clinical words', () => {
    const replies = fc.record({
      kind: fc.constantFrom('message', 'preference', 'identity', 'status'),
      intent: fc.constantFrom(...INTENTS),
      sensitive: fc.boolean(),
      suspectedStop: fc.boolean(),
      wrongNumber: fc.boolean(),
      deceased: fc.boolean(),
      replyTo: fc.record({ status: fc.constantFrom('one', 'none', 'several') }),
    });
    const attended = ['Emergency', 'Sensitive', 'Person', 'Stop'];
    fc.assert(
      fc.property(replies, (reply) => {
        const { route } = routeReply(reply);
        const spoken = reply.kind === 'message' || reply.kind === 'preference';
        return ROUTES.includes(route) && (!(spoken && reply.sensitive) || attended.includes(route));
      }),
    );
  });
});
