import { parseStatus } from '../../../core/schedule';
import words from '../../../core/schedule/data/status-words.json';

const read = (value: unknown, custom?: Parameters<typeof parseStatus>[1]): string => {
  const result = parseStatus(value, custom);
  return result.ok ? result.status : result.code;
};

describe("the status in the clinic's words", () => {
  it.each([
    ['annullato', 'cancelled'],
    ['ANNULLATA ', 'cancelled'],
    ['storniert', 'cancelled'],
    ['Cancelled', 'cancelled'],
    ['canceled', 'cancelled'],
    ['anulada', 'cancelled'],
    ['Annulé', 'cancelled'],
    ['annule', 'cancelled'],
    ['moved', 'moveRequested'],
    ['spostato', 'moveRequested'],
    ['verschoben', 'moveRequested'],
    ['move_requested', 'moveRequested'],
    ['moveRequested', 'moveRequested'],
    ['reporté', 'moveRequested'],
    ['nicht erschienen', 'noShow'],
    ['No-Show', 'noShow'],
    ['bestätigt', 'confirmed'],
    ['BESTÄTIGT', 'confirmed'],
    ['atendida', 'done'],
    ['gebucht', 'booked'],
    ['', 'booked'],
    [null, 'booked'],
    [undefined, 'booked'],
    ['wartet auf Rückruf', 'statusUnknown'],
    ['x', 'statusUnknown'],
    [3, 'statusUnknown'],
  ])('%j is %s', (value, status) => {
    expect(read(value)).toBe(status);
  });

  it('knows the five states under their own names', () => {
    for (const status of ['booked', 'confirmed', 'moveRequested', 'cancelled', 'done', 'noShow']) {
      expect(read(status)).toBe(status);
    }
  });

  it("puts the clinic's own words first", () => {
    const custom = { 'Wartet auf Rückruf': 'moveRequested', open: 'cancelled' } as const;
    expect(read('wartet auf rückruf', custom)).toBe('moveRequested');
    expect(read('open', custom)).toBe('cancelled');
    expect(read('booked', custom)).toBe('booked');
  });

  it('gives no word two meanings', () => {
    const all = Object.entries(words).flatMap(([status, list]) =>
      list.map((word) => [word, status] as const),
    );
    for (const [word, status] of all) expect([word, read(word)]).toEqual([word, status]);
  });
});
