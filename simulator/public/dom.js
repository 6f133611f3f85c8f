/** Make an element. Text goes in as text, never as markup: messages are whatever somebody sent. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== undefined && child !== null && child !== false));
  return node;
}

const SVG = 'http://www.w3.org/2000/svg';

export function icon(path, className = '', box = '0 0 24 24') {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', box);
  svg.setAttribute('class', className);
  svg.setAttribute('aria-hidden', 'true');
  const shape = document.createElementNS(SVG, 'path');
  shape.setAttribute('d', path);
  svg.append(shape);
  return svg;
}

const TICKS = {
  accepted: ['M9 3.5v4l2.5 1.5M15 8A6 6 0 1 1 3 8a6 6 0 0 1 12 0Z', 'not sent yet'],
  sent: ['m4 8.5 3.5 3.5L14 4.5', 'sent'],
  delivered: ['m1.5 8.5 3.5 3.5 6.5-7.5M8.5 11l1.5 1 6.5-7.5', 'delivered'],
  read: ['m1.5 8.5 3.5 3.5 6.5-7.5M8.5 11l1.5 1 6.5-7.5', 'read'],
  failed: ['M9 4.5v4M9 11.5v.01M16 8A7 7 0 1 1 2 8a7 7 0 0 1 14 0Z', 'not delivered'],
  expired: ['M9 3.5v4l2.5 1.5M15 8A6 6 0 1 1 3 8a6 6 0 0 1 12 0Z', 'expired'],
};

/** ✓ sent, ✓✓ delivered, blue ✓✓ read. */
export function tick(status) {
  const [path, words] = TICKS[status] ?? TICKS.accepted;
  const svg = icon(path, `tick ${status}`, '0 0 18 16');
  svg.removeAttribute('aria-hidden');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', words);
  svg.dataset.status = status;
  return svg;
}

export function avatar(person, small) {
  const letters = person.name
    .replace(/[^\p{L}\s]/gu, '')
    .trim()
    .split(/\s+/)
    .map((word) => word[0] ?? '');
  const initials =
    (letters.slice(0, 1).join('') + (letters.length > 1 ? letters.at(-1) : '')).toUpperCase() || '#';
  const hue = [...person.digits].reduce((sum, digit) => (sum * 7 + Number(digit)) % 360, 11);
  const off = !person.online || !person.onWhatsApp;
  return element(
    'span',
    {
      class: `avatar${small ? ' small' : ''}${off ? ' off' : ''}`,
      style: `--hue:${hue}`,
      'aria-hidden': 'true',
    },
    initials,
  );
}

const clockFormat = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const dayFormat = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const shortDay = new Intl.DateTimeFormat(undefined, { day: '2-digit', month: '2-digit', year: '2-digit' });

export const timeOf = (at) => clockFormat.format(at);
export const sameDay = (a, b) => new Date(a).toDateString() === new Date(b).toDateString();
/** `now` is the simulator's, which a test may have pushed ahead. */
export const dayOf = (at, now) =>
  sameDay(at, now) ? 'Today' : sameDay(at, now - 86_400_000) ? 'Yesterday' : dayFormat.format(at);
export const whenOf = (at, now) =>
  sameDay(at, now) ? timeOf(at) : sameDay(at, now - 86_400_000) ? 'Yesterday' : shortDay.format(at);
