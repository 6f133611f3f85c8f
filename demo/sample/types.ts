import type {
  AudienceFilter,
  ConsentInput,
  ControllerInput,
  Language,
  PersonRef,
  Purpose,
  SenderInput,
  Stage,
} from '../../core';

/** A person of the sample, before consents are made of it. */
export interface SamplePerson {
  readonly ref: string;
  readonly firstName: string;
  /** E.164; fictional. */
  readonly phone: string;
  readonly country: string;
  readonly language: Language;
  /** Where the person is, which decides about quiet hours. */
  readonly zone: string;
  readonly area: string;
  readonly preferredTime: 'morning' | 'afternoon' | 'evening';
  readonly tags: readonly string[];
  /** Purposes agreed to; none: the registry does not know the person. */
  readonly agreed: readonly Purpose[];
  readonly verification: 'doubleOptIn' | 'desk' | null;
  readonly special?: 'stopped' | 'expired' | 'noWhatsApp' | 'preventionWithdrawn';
}

/** One row of the clinic's own table, as an export of its calendar might look. All columns are text. */
export interface SampleRow {
  /** Stable id of the row; a duplicate row has its own. */
  readonly rowId: string;
  readonly appointmentId: string;
  /** ISO 8601, mostly with offset. */
  readonly startsAt: string;
  readonly endsAt: string;
  /** IANA zone of the location. */
  readonly zone: string;
  /** In the words of whoever typed it. */
  readonly status: string;
  readonly phone: string;
  readonly firstName: string;
  readonly language: string;
  readonly location: string;
  /** The clinic's id of the patient; never leaves. */
  readonly patientRef: string;
  /** Filled only where the appointment is not the phone owner's own. */
  readonly subjectRef: string;
  /** Free text of the desk; must never leave. */
  readonly notes: string;
}

/** What the first run at `now` does with a row, with the sender live. `sent`, or a code of `REASONS`. */
export interface SampleExpectation {
  readonly rowId: string;
  readonly stage: Stage | null;
  readonly code: string;
}

export interface SampleClinic {
  readonly controller: ControllerInput;
  readonly sender: SenderInput;
  readonly contacts: readonly (SamplePerson & { readonly consents: readonly ConsentInput[] })[];
  /** To be recorded in this order, after the consents. */
  readonly withdrawals: readonly {
    readonly person: PersonRef;
    readonly scope: 'all' | Purpose;
    readonly source: string;
  }[];
  readonly appointments: readonly SampleRow[];
  /** Messages that went out before the sample begins. */
  readonly history: readonly {
    readonly appointmentId: string;
    readonly occurrence: string;
    readonly stage: Stage;
    readonly phone: string;
  }[];
  readonly expected: {
    /** Stages reminder48h, logistics24h and experience2h. */
    readonly reminder: readonly SampleExpectation[];
    /** Stage survey1d. */
    readonly survey: readonly SampleExpectation[];
  };
  readonly prevention: {
    readonly filter: AudienceFilter;
    /** `ref` of the contacts that the campaign may reach. */
    readonly reached: readonly string[];
  };
  /** People of the simulator, whether or not the registry knows them. */
  readonly phones: readonly { readonly phone: string; readonly name: string; readonly onWhatsApp: boolean }[];
  /** Words of the free-text column that must be in no message, item or log. */
  readonly mustNotLeave: readonly string[];
}
