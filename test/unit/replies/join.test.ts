import { joinText, type OpenQuestion, readPayload } from '../../../core/replies/join';
import { classifyReply } from '../../../core/replies';

const question = (outboxId: string, change: Partial<OpenQuestion> = {}): OpenQuestion => ({
  outboxId,
  question: 'appointment',
  answered: false,
  choices: null,
  ...change,
});

describe('joining an answer to what was asked', () => {
  it('takes a bare number as the answer to the only open question', () => {
    const joined = joinText('1', [question('a')], classifyReply);
    expect(joined).toMatchObject({ status: 'one', reading: { intent: 'confirm' } });
  });

  it('asks which of two appointments a bare number means', () => {
    const joined = joinText('1', [question('a'), question('b')], classifyReply);
    expect(joined.status).toBe('several');
    expect(joined.matches.map((match) => match.outboxId)).toEqual(['a', 'b']);
  });

  it('asks back when a number could be a confirmation or a score', () => {
    const joined = joinText('1', [question('a'), question('b', { question: 'rating' })], classifyReply);
    expect(joined).toMatchObject({ status: 'several', reading: { intent: 'help' } });
  });

  it('takes words that fit only one of two open questions as the answer to that one', () => {
    const joined = joinText(
      'Confermo',
      [question('a'), question('b', { question: 'rating' })],
      classifyReply,
    );
    expect(joined.status).toBe('one');
    expect(joined.matches[0]?.outboxId).toBe('a');
  });

  it('lets a person change an answer that was given', () => {
    const joined = joinText('2', [question('a', { answered: true })], classifyReply);
    expect(joined).toMatchObject({ status: 'one', reading: { intent: 'reschedule' } });
  });

  it('never takes a STOP as the answer to a question', () => {
    const joined = joinText('STOP', [question('a')], classifyReply);
    expect(joined).toMatchObject({ status: 'none', reading: { intent: 'stop' } });
  });
});

describe('reading a tap', () => {
  const id = 'abcdefghijklmnopqrstuvwxyz';
  it.each([
    [`${id}.confirm`, 'confirm', null],
    [`${id}.rating_4`, 'rating', 4],
    [`${id}.location_2`, 'yes', 2],
    [`${id}.preference_b`, 'preference_b', null],
  ])('understands %s', (payload, intent, value) => {
    expect(readPayload(payload)).toEqual({ outboxId: id, intent, value });
  });

  it.each(['confirm', `${id}.`, `${id}.unheard_of`, `${id.slice(1)}.confirm`, `${id}.confirm_2`])(
    'takes a payload that is not ours as words: %s',
    (payload) => {
      expect(readPayload(payload)).toBeNull();
    },
  );
});
