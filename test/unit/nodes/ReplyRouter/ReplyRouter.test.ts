import { ROUTES } from '../../../../core';
import { ReplyRouter } from '../../../../nodes/ReplyRouter/ReplyRouter.node';
import { executeFunctions } from '../../../support/executeFunctions';

const item = {
  eventId: 'e1',
  contactRef: 'k1',
  sender: '111',
  kind: 'message',
  intent: 'confirm',
  value: null,
  sensitive: false,
  categories: [],
  language: 'it',
  replyTo: {
    status: 'one',
    outboxId: 'o1',
    about: 'A-1',
    question: 'appointment',
    stage: null,
    campaign: null,
    options: [],
  },
  alreadyStopped: false,
  suspectedStop: false,
  wrongNumber: false,
  deceased: false,
};

const run = (items: object[], continueOnFail = false) =>
  new ReplyRouter().execute.call(executeFunctions({ items: items as never, continueOnFail }));

describe('Reply Router', () => {
  it('has its outputs in the order that shipped workflows are wired by', () => {
    expect(new ReplyRouter().description.outputNames).toEqual([
      'Emergency',
      'Sensitive',
      'Stop',
      'Start',
      'Confirm',
      'Reschedule',
      'Cancel',
      'Person',
      'Rating',
      'Preference',
      'Yes',
      'No',
      'Help',
      'Question',
      'Other',
    ]);
  });

  it('passes each item on as it came, through one output', async () => {
    const outputs = await run([item, { ...item, intent: 'stop' }]);
    const expected = ROUTES.map((route): object[] => {
      if (route === 'Confirm') return [{ json: item, pairedItem: { item: 0 } }];
      if (route === 'Stop') return [{ json: { ...item, intent: 'stop' }, pairedItem: { item: 1 } }];
      return [];
    });
    expect(outputs).toEqual(expected);
  });

  it('asks back through Help when several appointments could be meant', async () => {
    const outputs = await run([{ ...item, replyTo: { ...item.replyTo, status: 'several' } }]);
    expect(outputs[ROUTES.indexOf('Help')]).toMatchObject([{ json: { care: { ask: 'whichAppointment' } } }]);
    expect(outputs.flat()).toHaveLength(1);
  });

  it.each([
    ['an item of the user’s own', { id: 1 }],
    ['an intent that this version does not know', { ...item, intent: 'dance' }],
    ['an item whose warning signs were taken off', { ...item, sensitive: undefined }],
  ])('stops at %s rather than guess', async (_what, odd) => {
    await expect(run([odd])).rejects.toMatchObject({
      message: expect.stringContaining('notAReply') as string,
    });
  });

  it('hands what it cannot read to a person when told to continue on failure', async () => {
    const outputs = await run([{ id: 1 }], true);
    expect(outputs[ROUTES.indexOf('Person')]).toHaveLength(1);
    expect(outputs.flat()).toHaveLength(1);
  });
});
