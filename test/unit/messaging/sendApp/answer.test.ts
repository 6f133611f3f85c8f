import { readAnswer } from '../../../../core/messaging/providers/sendApp/answer';

const SECRET_TEXT = 'Planted answer text about +1 202-555-0143';
const json = (status: number, body: unknown) => ({
  status,
  contentType: 'application/json; charset=utf-8',
  body,
});
const page = (status: number) => ({ status, contentType: 'text/html', body: '<p>Sign in</p>' });

describe('what an answer of SendApp means for the outbox row', () => {
  it.each([
    ['Agent, with an id', { status: 'success', message_id: 'm1' }, 'm1'],
    ['Agent, without one', { status: 'success' }, null],
    [
      'Official, which wraps what Meta said',
      { statusCode: 200, data: { messages: [{ id: 'wamid.A' }] } },
      'wamid.A',
    ],
    ['Official, which says little', { message: 'Template sent' }, null],
    [
      'Cloud, with the session’s key',
      { status: 'success', message: 'Success', data: { key: { id: '3EB0' } } },
      '3EB0',
    ],
    ['an id of digits', { message_id: 4711 }, '4711'],
    ['an error field that is empty', { status: 'success', error: null }, null],
  ])('takes %s as accepted', (_name, body, messageId) => {
    expect(readAnswer(json(200, body))).toEqual({ state: 'accepted', messageId });
  });

  it.each([
    ['an empty object', json(200, {})],
    ['a list', json(200, [])],
    ['nothing', json(200, null)],
    ['a page', page(200)],
    ['success in a page', { ...page(200), body: '{"status":"success"}' }],
    ['a JSON text without the content type', { status: 200, contentType: '', body: { status: 'success' } }],
    ['a breakdown', json(500, { message: 'Server error' })],
    ['a gateway’s page', page(502)],
  ])('leaves %s unknown: it may have gone, and nothing will settle it', (_name, answer) => {
    expect(readAnswer(answer)).toEqual({ state: 'unknown' });
  });

  it.each([
    ['status error', { status: 'error', message: 'no' }],
    ['status ERROR', { status: 'ERROR' }],
    ['an error text beside success', { status: 'success', error: 'no' }],
    ['an error object', { error: { message: 'no' } }],
    ['success false', { success: false }],
    ['a status code in the body', { statusCode: 422, message: 'no' }],
  ])('never takes a 200 with %s as sent', (_name, body) => {
    expect(readAnswer(json(200, body))).toEqual({ state: 'failed', code: 'providerRefused' });
  });

  it.each([
    [
      '(#131047) Re-engagement message',
      200,
      { state: 'failed', code: 'noOpenWindow', providerCode: '131047' },
    ],
    [
      'Meta said: (#131026) Undeliverable',
      400,
      { state: 'failed', code: 'noWhatsApp', providerCode: '131026' },
    ],
    ['(#131050) User stopped marketing', 500, { state: 'failed', code: 'objected', providerCode: '131050' }],
    ['(#130429) Rate limit hit', 200, { state: 'released', code: 'rateLimited', providerCode: '130429' }],
    ['(#190) Token expired', 400, { state: 'released', code: 'providerAuth', providerCode: '190' }],
    ['(#131031) Account locked', 200, { state: 'released', code: 'providerHalted', providerCode: '131031' }],
    [
      '(#999999) Something new',
      200,
      { state: 'released', code: 'providerFault', providerCode: '999999', retry: 'few' },
    ],
  ])('reads Meta’s code out of "%s" by the same table', (message, status, outcome) => {
    expect(readAnswer(json(status, { status: 'error', message }))).toEqual(outcome);
    expect(readAnswer(json(status, { error: message }))).toEqual(outcome);
    expect(readAnswer(json(status, { error: { message } }))).toEqual(outcome);
  });

  it.each([
    [401, { state: 'released', code: 'providerAuth' }],
    [403, { state: 'released', code: 'providerAuth' }],
    [429, { state: 'released', code: 'rateLimited' }],
    [400, { state: 'failed', code: 'providerRefused' }],
  ])('reads %i with a JSON refusal', (status, outcome) => {
    expect(readAnswer(json(status, { message: 'no' }))).toEqual(outcome);
  });

  it.each([302, 404, 407])('knows that a page instead of an answer (%i) took no message', (status) => {
    expect(readAnswer(page(status))).toEqual({ state: 'released', code: 'providerUnreachable' });
  });

  it('stops the run when the session of Cloud is gone', () => {
    const gone = json(200, { status: 'error', message: 'Instance ID Invalidated' });
    expect(readAnswer(gone)).toEqual({ state: 'released', code: 'sessionLost' });
  });

  it('carries none of the answer text in any outcome', () => {
    const outcomes = [200, 400, 401, 500].flatMap((status) =>
      [{ status: 'error', message: SECRET_TEXT }, { error: SECRET_TEXT }, { message: SECRET_TEXT }].map(
        (body) => readAnswer(json(status, body)),
      ),
    );
    expect(JSON.stringify(outcomes)).not.toMatch(/Planted|202/);
  });
});
