import { avatar, element, tick, whenOf } from './dom.js';

const FILTERS = {
  all: () => true,
  unread: (person) => person.unread > 0,
  failed: (person) => ['failed', 'expired', 'sent'].includes(person.last?.status),
};

const matches = (person, words) =>
  `${person.name} ${person.shownPhone} ${person.digits} ${person.last?.text ?? ''}`
    .toLowerCase()
    .includes(words);

/** The left side: who there is, what they said last, what they have not read. */
export function contactList({ root, choose }) {
  const list = root.querySelector('.contacts');
  const search = root.querySelector('input[type=search]');
  const buttons = [...root.querySelectorAll('[data-filter]')];
  let model = { persons: [], chosen: undefined, now: Date.now(), filter: 'all' };

  function draw() {
    const words = search.value.trim().toLowerCase();
    const shown = model.persons.filter(FILTERS[model.filter]).filter((person) => matches(person, words));
    const focused = document.activeElement?.closest('.contact')?.dataset.testid;
    list.replaceChildren(...shown.map((person) => entry(person)));
    if (shown.length === 0) list.append(element('li', { class: 'nobody' }, emptyText()));
    if (focused) list.querySelector(`[data-testid="${focused}"]`)?.focus();
  }

  const emptyText = () =>
    model.persons.length === 0 ? 'No phones yet. They appear with the first message.' : 'Nobody matches.';

  function entry(person) {
    const { last, unread } = person;
    const button = element(
      'button',
      {
        type: 'button',
        class: `contact${unread ? ' unread' : ''}`,
        'data-testid': `contact-${person.digits}`,
        'aria-current': person.phone === model.chosen ? 'true' : undefined,
        onclick: () => choose(person.phone),
      },
      avatar(person),
      element('span', { class: 'name' }, person.name),
      element('span', { class: 'when' }, last ? whenOf(last.at, model.now) : ''),
      element('span', { class: 'preview' }, ...previewOf(person)),
      unread > 0 &&
        element(
          'span',
          { class: 'badge', 'data-testid': 'unread', 'aria-label': `${unread} unread` },
          String(unread),
        ),
    );
    return element('li', {}, button);
  }

  function previewOf({ last, onWhatsApp, shownPhone }) {
    if (!last) return [onWhatsApp ? shownPhone : 'Not on WhatsApp'];
    const text = last.text.replace(/\s+/g, ' ');
    if (last.direction === 'in') return [`You: ${text}`];
    return ['failed', 'expired', 'sent'].includes(last.status) ? [tick(last.status), text] : [text];
  }

  /** Arrow keys walk through the list, as in the app. */
  list.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const entries = [...list.querySelectorAll('.contact')];
    entries[entries.indexOf(document.activeElement) + step]?.focus();
    event.preventDefault();
  });
  search.addEventListener('input', draw);
  for (const button of buttons) {
    button.addEventListener('click', () => {
      model.filter = button.dataset.filter;
      for (const one of buttons) one.setAttribute('aria-pressed', String(one === button));
      draw();
    });
  }
  return (change) => {
    model = { ...model, ...change };
    draw();
  };
}
