import { getTemplate } from '../../../core';
import type { SampleClinic } from '../../../demo/sample';
import type { Reply, SentMessage, Simulator } from '../../../simulator';
import { eventually } from './eventually';

type Contact = SampleClinic['contacts'][number];

/** One person with a phone in the simulator. */
export class Patient {
  constructor(
    private readonly simulator: Simulator,
    readonly contact: Contact,
  ) {}

  /** Messages of the clinic, oldest first. */
  received(): SentMessage[] {
    return this.simulator.messages().filter(({ person }) => person === this.contact.phone);
  }

  /** Sends something and waits until the webhook is answered; answers with the message's id. */
  async says(what: Omit<Reply, 'person'>): Promise<string> {
    const id = this.simulator.reply({ ...what, person: this.contact.phone });
    await this.simulator.webhooksIdle();
    return id;
  }

  /** As `says`, and what came back: waits for so many messages. */
  async hears(what: Omit<Reply, 'person'>, count = 1): Promise<SentMessage[]> {
    const before = this.received().length;
    await this.says(what);
    return eventually(
      () => this.received().slice(before),
      (answers) => answers.length >= count,
    );
  }
}

/** A catalogue template without variables, as the phone has to show it. */
export function catalogueText(key: string, { language }: Pick<Contact, 'language'>): string {
  const text = getTemplate(key).texts[language];
  if (!text) throw new Error(`${key} has no text in ${language}`);
  return withFooter(text.body, text.footer);
}

/** What the phone shows of each message, buttons and lists apart. */
export const shown = (messages: readonly SentMessage[]): string[] =>
  messages.map(({ content: { body, footer } }) => withFooter(body, footer));

/** WhatsApp has a footer for templates and for buttons; a plain text carries it at its end. */
const withFooter = (body: string, footer: string | undefined): string =>
  footer === undefined ? body : `${body}\n\n${footer}`;
