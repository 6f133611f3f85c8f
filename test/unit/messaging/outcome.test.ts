import errors from '../../../core/messaging/providers/metaCloud/errors.json';
import {
  outcomeOfErrorCode,
  outcomeOfFailure,
  outcomeOfResponse,
} from '../../../core/messaging/providers/metaCloud/outcome';
import { TransportError } from '../../../core/messaging/types';

const SECRET_TEXT = 'Planted answer text about +1 202-555-0143';
const HOUR = 3_600_000;
const graphError = (code: number, status = 400) => ({
  status,
  contentType: 'application/json',
  body: { error: { code, message: SECRET_TEXT, error_data: { details: SECRET_TEXT } } },
});
const answer = (status: number, body: unknown) => ({ status, contentType: 'application/json', body });

describe('what an answer of Meta means for the outbox row', () => {
  it('takes a message id as accepted and keeps the wa_id, which may differ from the number', () => {
    const body = {
      contacts: [{ input: '+12025550143', wa_id: '12025550143' }],
      messages: [{ id: 'wamid.A' }],
    };
    expect(outcomeOfResponse(answer(200, body))).toEqual({
      state: 'accepted',
      messageId: 'wamid.A',
      waId: '12025550143',
    });
  });

  it('counts a message that Meta holds for its quality check as accepted', () => {
    const body = { messages: [{ id: 'wamid.A', message_status: 'held_for_quality_assessment' }] };
    expect(outcomeOfResponse(answer(200, body))).toEqual({ state: 'accepted', messageId: 'wamid.A' });
  });

  it.each([
    ['an empty list', { messages: [] }],
    ['an empty id', { messages: [{ id: '' }] }],
    ['no JSON', '<html>ok</html>'],
    ['nothing', null],
  ])('never takes a 200 with %s as sent, nor frees it for a second try', (_name, body) => {
    expect(outcomeOfResponse(answer(200, body))).toEqual({ state: 'unknown' });
  });

  it.each([
    [500, 'a gateway page'],
    [502, null],
    [503, ''],
    [504, { fault: true }],
  ])('leaves %i without a Graph error unknown, since the message may have gone', (status, body) => {
    expect(outcomeOfResponse(answer(status, body))).toEqual({ state: 'unknown' });
  });

  it.each([
    [407, 'providerUnreachable'],
    [302, 'providerUnreachable'],
    [429, 'rateLimited'],
  ])('frees the row on %i from something in between', (status, code) => {
    expect(outcomeOfResponse(answer(status, 'page'))).toEqual({ state: 'released', code });
  });

  it.each([
    // code, state, our code
    [0, 'released', 'providerAuth'],
    [190, 'released', 'providerAuth'],
    [200, 'released', 'providerAuth'],
    [299, 'released', 'providerAuth'],
    [131005, 'released', 'providerAuth'],
    [130429, 'released', 'rateLimited'],
    [80007, 'released', 'rateLimited'],
    [131056, 'released', 'pairRateLimited'],
    [131016, 'released', 'providerUnreachable'],
    [131031, 'released', 'providerHalted'],
    [131042, 'released', 'providerHalted'],
    [131048, 'released', 'providerHalted'],
    [368, 'released', 'providerHalted'],
    [132001, 'released', 'templateNotApproved'],
    [132015, 'released', 'templateNotApproved'],
    [131026, 'failed', 'noWhatsApp'],
    [131047, 'failed', 'noOpenWindow'],
    [131050, 'failed', 'objected'],
    [131049, 'released', 'marketingHeld', { retryAfterMs: 24 * HOUR }],
    [131064, 'released', 'utilityHalted', { retryAfterMs: 7 * 24 * HOUR }],
    [132000, 'failed', 'providerRefused'],
    [131021, 'failed', 'providerRefused'],
    [1, 'released', 'providerFault', { retry: 'once' }],
    [131000, 'released', 'providerFault', { retry: 'few' }],
    // A code that the table does not know yet.
    [999999, 'released', 'providerFault', { retry: 'few' }],
  ] as [number, string, string, object?][])(
    'maps Graph error %i to %s %s',
    (code, state, ours, more = {}) => {
      expect(outcomeOfErrorCode(code)).toEqual({ state, code: ours, providerCode: String(code), ...more });
    },
  );

  it('branches on the code and not on the HTTP status', () => {
    expect(outcomeOfResponse(graphError(131026, 200))).toEqual(outcomeOfResponse(graphError(131026, 500)));
  });

  it('carries none of the answer text in any outcome', () => {
    const outcomes = Object.keys(errors.codes).map((code) => outcomeOfResponse(graphError(Number(code))));
    expect(JSON.stringify(outcomes)).not.toContain('Planted');
    expect(JSON.stringify(outcomes)).not.toContain('202');
  });

  it.each([
    [
      'refused or not resolved',
      new TransportError(false, 'x'),
      { state: 'released', code: 'providerUnreachable' },
    ],
    ['cut off after connecting', new TransportError(true, 'x'), { state: 'unknown' }],
    ['anything else thrown', new Error('x'), { state: 'unknown' }],
  ])('reads a call that was %s', (_name, failure, outcome) => {
    expect(outcomeOfFailure(failure)).toEqual(outcome);
  });
});
