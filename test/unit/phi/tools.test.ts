import { isTermInLexicon, minimiseFields, screenOutgoing } from '../../../core/phi';

describe('minimiseFields', () => {
  const record = {
    firstName: 'Anna',
    phone: '+39 333 0001234',
    visitReason: 'controllo',
    patient: { email: 'anna@mail.example', diagnosis: 'x', zone: 'Nord' },
    zone: 'Nord',
    remarks: 'prefers mornings',
    slot: 'visita cardiologica',
    start: '2026-03-01T10:00:00Z',
  };

  it('keeps what is allowed and harmless, and names the rest with a reason', () => {
    const { kept, dropped } = minimiseFields(record, [
      'firstName',
      'phone',
      'patient.zone',
      'slot',
      'start',
      'visitReason',
    ]);
    expect(kept).toEqual({
      firstName: 'Anna',
      phone: '+39 333 0001234',
      patient: { zone: 'Nord' },
      start: record.start,
    });
    expect(dropped).toEqual(
      expect.arrayContaining([
        { path: 'visitReason', reason: 'clinicalName' },
        { path: 'patient.diagnosis', reason: 'clinicalName' },
        { path: 'patient.email', reason: 'identifierName' },
        { path: 'zone', reason: 'notAllowed' },
        { path: 'slot', reason: 'content' },
      ]),
    );
  });

  it.each([
    'Diagnosi',
    'tipo_visita',
    'Behandlung',
    'Fachrichtung',
    'appointmentType',
    'motivo',
    'examen',
    'ordonnance',
    'note',
    'Hauptdiagnose',
    'blood_pressure',
    'Fachabteilung',
    'historia_clinica',
    'snomed',
  ])('drops the column %s even when it is allowed', (name) => {
    expect(minimiseFields({ [name]: 'x' }, [name])).toEqual({
      kept: {},
      dropped: [{ path: name, reason: 'clinicalName' }],
    });
  });

  it.each(['E11.9', 'A10BA02', '5,4 mmol/l', '135/85', 'A Rh+', '0 neg', '1-0-1', 'positivo', 'Negative'])(
    'drops a cell that is a clinical value: %s',
    (cell) => {
      expect(minimiseFields({ slot: cell }, ['slot']).dropped).toEqual([{ path: 'slot', reason: 'content' }]);
    },
  );

  it.each(['A045', 'B12', '12/05', '10:30', '2026-03-01', '1-2', 'AB', 'Nord', '7.5'])(
    'keeps a cell that is none: %s',
    (cell) => {
      expect(minimiseFields({ slot: cell }, ['slot']).kept).toEqual({ slot: cell });
    },
  );

  it('looks into an allowed object, and drops what is clinical in there', () => {
    const visit = { start: '10:30', Diagnosi: 'x', note: 'y', place: { room: 4, reparto: 'z' } };
    expect(minimiseFields({ visit }, ['visit'])).toEqual({
      kept: { visit: { start: '10:30', place: { room: 4 } } },
      dropped: [
        { path: 'visit.Diagnosi', reason: 'clinicalName' },
        { path: 'visit.note', reason: 'clinicalName' },
        { path: 'visit.place.reparto', reason: 'clinicalName' },
      ],
    });
  });

  it('reads lists and JSON in a cell', () => {
    const record = { a: ['x', 'Ecografia'], b: '{"t":"\\nEcografia"}', c: ['x'] };
    expect(minimiseFields(record, ['a', 'b', 'c']).kept).toEqual({ c: ['x'] });
  });

  it('never repeats a value', () => {
    expect(JSON.stringify(minimiseFields(record, ['firstName']).dropped)).not.toMatch(
      /cardiologica|mornings|0001234/,
    );
  });
});

describe('screenOutgoing', () => {
  it.each([
    'Che sintomi ha?',
    'Welche Beschwerden haben Sie?',
    'What symptoms do you have?',
    '¿Qué medicamentos toma?',
    'Où avez-vous mal ?',
    'Please send us your results',
    'Per quale problema desidera la visita?',
    'Weswegen möchten Sie einen Termin?',
    'Which specialist do you need?',
    '¿Le han operado hace poco?',
    'De quand datent vos dernières règles ?',
  ])('stops a question for clinical detail: %s', (text) => {
    expect(screenOutgoing(text).findings.map((f) => f.ruleId)).toContain('screen.clinicalQuestion');
  });

  it.each([
    'Che giorno preferisce?',
    'Wann passt es Ihnen?',
    'Which location suits you?',
    '¿Qué día le va bien?',
    'Quel jour ?',
    'Ci racconti come è andata, da 1 a 5.',
    'Warum haben Sie uns gewählt?',
    'What time is your appointment?',
    '¿Para cuándo quiere la cita?',
    'Racontez-nous votre visite de 1 à 5.',
  ])('lets an ordinary question pass: %s', (text) => {
    expect(screenOutgoing(text)).toEqual({ clean: true, findings: [] });
  });
});

describe('isTermInLexicon', () => {
  it.each(['dentista', 'Kardiologie', 'fertility clinic', 'vacuna', 'kiné'])('knows %s', (term) => {
    expect(isTermInLexicon(term)).toBe(true);
  });

  it.each(['Villa Aurora', 'Haus Lindenhof', 'Oakfield'])('does not know the plain name %s', (term) => {
    expect(isTermInLexicon(term)).toBe(false);
  });
});
