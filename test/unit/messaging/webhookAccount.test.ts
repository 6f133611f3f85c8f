import { parseMetaDelivery } from '../../../core/messaging/providers/metaCloud/webhook';

const TIME = 1_800_000_000;
const deliver = (field: string, value: object, time: number | undefined = TIME) =>
  parseMetaDelivery({
    object: 'whatsapp_business_account',
    entry: [{ id: '2001', time, changes: [{ field, value }] }],
  });
const one = (field: string, value: object, time?: number) => deliver(field, value, time).account[0];

const TEMPLATE = {
  message_template_id: 778899,
  message_template_name: 'reminder_48h',
  message_template_language: 'en-US',
};

describe('what Meta tells of a template', () => {
  it.each([
    ['APPROVED', { status: 'APPROVED' }],
    ['PAUSED', { status: 'PAUSED' }],
    ['DISABLED', { status: 'DISABLED' }],
    ['FLAGGED', {}],
    ['LOCKED', {}],
    ['REINSTATED', { status: null }],
    ['UNARCHIVED', { status: null }],
  ])('reads the event %s as a state, if it is one', (event, change) => {
    expect(one('message_template_status_update', { ...TEMPLATE, event, reason: 'NONE' })).toEqual({
      kind: 'template',
      dedupeKey: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      businessAccountId: '2001',
      at: TIME * 1000,
      event,
      name: 'reminder_48h',
      language: 'en_US',
      change,
    });
  });

  it('reads a quality', () => {
    const value = { ...TEMPLATE, previous_quality_score: 'GREEN', new_quality_score: 'RED' };
    expect(one('message_template_quality_update', value)).toMatchObject({ change: { quality: 'RED' } });
  });

  it('tells the notice of a new category from the change itself', () => {
    const notice = { ...TEMPLATE, new_category: 'UTILITY', correct_category: 'MARKETING' };
    expect(one('template_category_update', notice)).toMatchObject({
      event: 'CATEGORY_NOTICE',
      change: { category: 'UTILITY', nextCategory: 'MARKETING' },
    });
    const done = { ...TEMPLATE, previous_category: 'UTILITY', new_category: 'MARKETING' };
    expect(one('template_category_update', done)).toMatchObject({
      event: 'CATEGORY_CHANGED',
      change: { category: 'MARKETING' },
    });
  });

  it('keeps no text of a template that was changed', () => {
    const value = { ...TEMPLATE, message_template_element: 'planted', message_template_title: 'planted' };
    const event = one('message_template_components_update', value);
    expect(event).toMatchObject({ event: 'COMPONENTS_CHANGED', change: {} });
    expect(JSON.stringify(event)).not.toContain('planted');
  });

  it('gives a repetition the same key, and another event, field or time another one', () => {
    const key = (field: string, value: object, time?: number) => one(field, value, time)?.dedupeKey;
    const paused = { ...TEMPLATE, event: 'PAUSED' };
    const status = 'message_template_status_update';
    expect(key(status, paused)).toBe(key(status, paused));
    const keys = [
      key(status, paused),
      key(status, { ...paused, event: 'APPROVED' }),
      key(status, { ...paused, message_template_id: 5 }),
      key(status, paused, TIME + 1),
      key('message_template_quality_update', { ...TEMPLATE, new_quality_score: 'PAUSED' }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('lets somebody look at what it cannot read, and has Meta not deliver it for ever', () => {
    const { account, unreadable } = deliver('message_template_status_update', { event: 'PAUSED' });
    expect(account).toMatchObject([{ kind: 'account', event: 'UNREADABLE', told: true, halt: null }]);
    expect(unreadable).toBe(0);
  });
});

describe('what Meta tells of an account', () => {
  it.each<[string, object, string | null]>([
    ['a ban', { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'DISABLE' } }, 'providerHalted'],
    [
      'a ban to come',
      { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'SCHEDULE_FOR_DISABLE' } },
      'providerHalted',
    ],
    ['the end of a ban', { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'REINSTATE' } }, null],
    ['a ban of an unknown shape', { event: 'DISABLED_UPDATE', ban_info: 7 }, 'providerHalted'],
    [
      'a restriction to send',
      {
        event: 'ACCOUNT_RESTRICTION',
        restriction_info: [{ restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING' }],
      },
      'providerHalted',
    ],
    ['a restriction of an unknown shape', { event: 'X', restriction_info: 'all' }, 'providerHalted'],
    [
      'that no number can be added',
      {
        event: 'ACCOUNT_RESTRICTION',
        restriction_info: [{ restriction_type: 'RESTRICTED_ADD_PHONE_NUMBER_ACTION' }],
      },
      null,
    ],
    ['a cheaper tier', { event: 'VOLUME_BASED_PRICING_TIER_UPDATE' }, null],
  ])('knows by %s whether the senders may go on', (_name, value, halt) => {
    expect(one('account_update', value)).toMatchObject({ kind: 'account', businessAccountId: '2001', halt });
  });

  it.each<[string, object, string | null, boolean]>([
    ['a warning', { alert_severity: 'WARNING', alert_type: 'OBA_REJECTED' }, null, true],
    ['a badge that is refused', { alert_severity: 'CRITICAL', alert_type: 'OBA_REJECTED' }, null, true],
    ['something critical', { alert_severity: 'CRITICAL', alert_type: 'NEW_THING' }, 'providerHalted', true],
    ['mere information', { alert_severity: 'INFORMATIONAL', alert_type: 'OBA_APPROVED' }, null, false],
  ])('weighs %s', (_name, info, halt, told) => {
    const value = {
      entity_type: 'BUSINESS',
      entity_id: 5,
      alert_info: { ...info, alert_description: 'planted' },
    };
    const event = one('account_alerts', value);
    expect(event).toMatchObject({ halt, told });
    expect(JSON.stringify(event)).not.toContain('planted');
  });

  it.each<[string, object, number | undefined]>([
    ['phone_number_quality_update', { max_daily_conversations_per_business: 'TIER_250' }, 250],
    ['phone_number_quality_update', { max_daily_conversations_per_business: 'TIER_2K' }, 2000],
    [
      'phone_number_quality_update',
      { max_daily_conversations_per_business: 'TIER_UNLIMITED' },
      2_147_483_647,
    ],
    ['phone_number_quality_update', { event: 'THROUGHPUT_UPGRADE' }, undefined],
    ['business_capability_update', { max_daily_conversations_per_business: 10_000 }, 10_000],
    ['business_capability_update', { max_daily_conversation_per_phone: -1 }, 2_147_483_647],
    ['business_capability_update', { max_phone_numbers_per_business: 25 }, undefined],
  ])('reads the limit that %s %j sets', (field, value, limit) => {
    const event = one(field, value);
    expect(event?.kind === 'account' && event.limit).toBe(limit);
  });

  it.each([
    [131031, 'providerHalted'],
    [190, 'providerAuth'],
    [131000, null],
  ])('reads the fault %i beside the messages as one of the sender', (code, halt) => {
    const value = { metadata: { phone_number_id: '1001' }, errors: [{ code, title: 'planted' }] };
    const event = one('messages', value);
    expect(event).toMatchObject({ phoneNumberId: '1001', event: `ERROR_${code}`, halt, told: true });
    expect(JSON.stringify(event)).not.toContain('planted');
  });

  it("takes no free text for a word of Meta's", () => {
    expect(one('account_update', { event: 'Anna Rossi, 442079460001' })).toMatchObject({ event: 'UNKNOWN' });
  });
});
