import { element, icon, tick, timeOf } from './dom.js';

const ICONS = {
  quickReply: 'M10 8 5 12.5 10 17M5.5 12.5H14a5 5 0 0 1 5 5',
  reply: 'M10 8 5 12.5 10 17M5.5 12.5H14a5 5 0 0 1 5 5',
  url: 'M14 5h5v5M19 5l-8 8M17 14v4a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1h4',
  phone:
    'M6 4h3l1.5 4-2 1.5a11 11 0 0 0 5 5l1.5-2 4 1.5v3a1.5 1.5 0 0 1-1.6 1.5A15 15 0 0 1 4.5 5.6 1.5 1.5 0 0 1 6 4Z',
  copy: 'M9 9h10v10H9zM5 15V5h10',
  flow: 'M6 5h12v14H6zM9 9h6M9 13h6',
  document: 'M7 4h7l4 4v12H7zM14 4v4h4',
  image: 'M5 5h14v14H5zM5 16l4-4 3 3 3-4 4 5M9 9v.01',
  video: 'M5 7h10v10H5zM15 11l4-2v6l-4-2',
  location: 'M12 20s6-5.5 6-10a6 6 0 1 0-12 0c0 4.5 6 10 6 10ZM12 10v.01',
  list: 'M9 7h10M9 12h10M9 17h10M5 7v.01M5 12v.01M5 17v.01',
};

const FAILURES = {
  131026: 'this person is not on WhatsApp',
  131047: 'the 24-hour service window is closed',
  131049: 'Meta chose not to deliver',
  131050: 'this person stopped marketing messages',
};

const WHY = {
  sent: 'Waiting: this phone is offline.',
  expired: 'Dropped: its time to live ended before the phone was reached.',
};

/**
 * One message as the phone shows it.
 * @param actions `tap(messageId, buttonIndex)`, `openList(message)`
 */
export function bubble(message, context, actions) {
  const mine = message.direction === 'in';
  const status = mine ? undefined : message.status;
  const waiting = status === 'sent' || status === 'expired';
  const node = element(
    'div',
    {
      class: `bubble${mine ? ' mine' : ''}${status === 'failed' ? ' failed' : ''}${waiting ? ' waiting' : ''}`,
      'data-testid': 'bubble',
      'data-id': message.id,
    },
    element('div', { class: 'inside' }, ...inside(message, context, mine, status)),
  );
  if (!mine) node.append(...buttonsOf(message, context, actions));
  return node;
}

function inside(message, context, mine, status) {
  const { header, body, footer } = mine ? { body: message.text } : message.content;
  return [
    !mine &&
      context.severalNumbers &&
      element('div', { class: 'from-number' }, context.nameOf(message.phoneNumberId)),
    context.quoted && element('div', { class: 'quote' }, element('span', {}, context.quoted)),
    header && (header.kind === 'text' ? element('div', { class: 'head' }, header.text) : media(header)),
    body && element('div', { class: 'body' }, ...withLinks(body)),
    footer && element('div', { class: 'footer' }, footer),
    element(
      'div',
      { class: 'foot' },
      element('time', { datetime: new Date(message.at).toISOString() }, timeOf(message.at)),
      tick(status ?? 'delivered'),
    ),
    status === 'failed' &&
      element(
        'div',
        { class: 'why', 'data-testid': 'failure' },
        `Not delivered: ${FAILURES[message.errorCode] ?? 'error'} (${message.errorCode})`,
      ),
    WHY[status] && element('div', { class: 'why' }, WHY[status]),
  ];
}

/** A file or a place: a tap opens it, as on a phone. Nothing is fetched before that. */
function media({ kind, text, url }) {
  const inside = [icon(ICONS[kind] ?? ICONS.document), text];
  const look = { class: `media ${kind}`, 'data-testid': 'media' };
  return url
    ? element('a', { ...look, href: url, target: '_blank', rel: 'noreferrer' }, ...inside)
    : element('div', look, ...inside);
}

/** Addresses and the *bold* and _italic_ marks that WhatsApp knows. */
function withLinks(text) {
  return text.split(/(https?:\/\/[^\s]+|\*[^*\n]+\*|_[^_\n]+_)/g).map((part) => {
    if (/^https?:/.test(part)) return element('a', { href: part, target: '_blank', rel: 'noreferrer' }, part);
    if (/^\*[^*\n]+\*$/.test(part)) return element('strong', {}, part.slice(1, -1));
    if (/^_[^_\n]+_$/.test(part)) return element('em', {}, part.slice(1, -1));
    return part;
  });
}

function buttonsOf(message, { answered, dead }, { tap, openList }) {
  const { buttons, list } = message.content;
  const unreachable = dead || ['failed', 'expired'].includes(message.status);
  const made = buttons.map((button, index) => buttonOf(button, index));
  if (list) {
    made.push(
      element(
        'button',
        {
          type: 'button',
          'data-testid': 'list-button',
          disabled: unreachable,
          onclick: () => openList(message),
        },
        icon(ICONS.list),
        list.label,
      ),
    );
  }
  return made.length === 0 ? [] : [element('div', { class: 'buttons' }, ...made)];

  function buttonOf(button, index) {
    const look = { 'data-testid': 'button', 'data-index': String(index) };
    if (button.kind === 'url')
      return element(
        'a',
        { ...look, href: button.url, target: '_blank', rel: 'noreferrer' },
        icon(ICONS.url),
        button.text,
      );
    if (button.kind === 'phone')
      return element('a', { ...look, href: `tel:${button.phone}` }, icon(ICONS.phone), button.text);
    // A Flow opens inside WhatsApp, which this page does not play.
    if (button.kind === 'flow')
      return element('button', { ...look, type: 'button', disabled: true }, icon(ICONS.flow), button.text);
    const act =
      button.kind === 'copy'
        ? () => navigator.clipboard.writeText(button.code)
        : () => tap(message.id, index);
    const tapped = answered === button.text ? 'tapped' : undefined;
    return element(
      'button',
      { ...look, type: 'button', class: tapped, disabled: unreachable, onclick: act },
      icon(ICONS[button.kind]),
      button.text,
    );
  }
}
