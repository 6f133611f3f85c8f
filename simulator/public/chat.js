import { bubble } from './bubble.js';
import { avatar, dayOf, element, sameDay } from './dom.js';

/** The right side: one person's phone. */
export function chatView({ root, actions }) {
  const log = root.querySelector('.messages');
  const [composer, send] = [root.querySelector('textarea'), root.querySelector('.send')];
  const [from, numbers] = [root.querySelector('.from'), root.querySelector('select')];
  let [shownPhone, drawn] = [undefined, ''];

  function draw({ person, messages, state }) {
    const changed = person.phone !== shownPhone;
    root.querySelector('.peer').replaceChildren(avatar(person, true), about(person));
    root.querySelector('.menu').replaceChildren(...menuOf(person));
    drawNumbers(state.numbers, messages, changed);
    composer.disabled = send.disabled = !person.onWhatsApp;
    composer.placeholder = person.onWhatsApp ? `Answer as ${person.name}` : 'Not on WhatsApp';
    const look = JSON.stringify([person, messages]);
    if (look !== drawn) drawMessages({ person, messages, state }, changed);
    [shownPhone, drawn] = [person.phone, look];
  }

  function drawMessages({ person, messages, state }, changed) {
    const known = new Set(changed ? [] : [...log.querySelectorAll('.bubble')].map((node) => node.dataset.id));
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    const focused = focusedButton();
    log.replaceChildren(...rows(person, messages, state));
    if (!changed) {
      for (const node of log.querySelectorAll('.bubble'))
        if (!known.has(node.dataset.id)) node.classList.add('new');
    }
    if (changed || atEnd) log.scrollTop = log.scrollHeight;
    if (focused) log.querySelector(focused)?.focus();
  }

  function focusedButton() {
    const { activeElement } = document;
    const id = activeElement?.closest('.bubble')?.dataset.id;
    return id && `[data-id="${CSS.escape(id)}"] [data-index="${activeElement.dataset.index}"]`;
  }

  function rows(person, messages, state) {
    const byId = new Map(messages.map((message) => [message.id, message]));
    const answers = new Map(
      messages
        .filter((one) => one.direction === 'in' && one.type === 'button')
        .map((one) => [one.contextId, one.text]),
    );
    const used = new Set(messages.map((one) => one.phoneNumberId));
    const nameOf = (id) => {
      const number = state.numbers.find((one) => one.phoneNumberId === id);
      return number ? `${number.verifiedName} · ${number.displayPhoneNumber}` : id;
    };
    return messages.flatMap((message, index) => {
      const quoted = byId.get(message.contextId);
      const context = {
        quoted: quoted && (quoted.direction === 'in' ? quoted.text : quoted.content.body),
        answered: answers.get(message.id),
        dead: !person.onWhatsApp,
        severalNumbers: used.size > 1,
        nameOf,
      };
      const day = index === 0 || !sameDay(message.at, messages[index - 1].at);
      const line = bubble(message, context, actions);
      return day ? [element('div', { class: 'day' }, dayOf(message.at, state.now)), line] : [line];
    });
  }

  function about(person) {
    const facts = [
      person.shownPhone,
      person.language,
      person.zone,
      !person.onWhatsApp && 'not on WhatsApp',
      person.onWhatsApp && !person.online && 'offline',
      person.stoppedPortfolios.length > 0 && 'offers stopped',
    ];
    return element(
      'div',
      {},
      element('strong', {}, person.name),
      element('div', { class: 'about' }, facts.filter(Boolean).join(' · ')),
    );
  }

  function menuOf(person) {
    const stopped = person.stoppedPortfolios.length > 0;
    const item = (testid, text, act) =>
      element(
        'button',
        {
          type: 'button',
          role: 'menuitem',
          'data-testid': testid,
          onclick: () => (root.querySelector('.menu').hidePopover(), act()),
        },
        text,
      );
    return [
      item('toggle-online', person.online ? 'Switch this phone off' : 'Switch this phone on', () =>
        actions.change({ phone: person.phone, online: !person.online }),
      ),
      item(
        'toggle-marketing',
        stopped ? 'Resume offers and announcements' : 'Stop offers and announcements',
        () => actions.marketing(person.phone, stopped ? 'resume' : 'stop'),
      ),
      item('toggle-whatsapp', person.onWhatsApp ? 'Uninstall WhatsApp' : 'Install WhatsApp', () =>
        actions.change({ phone: person.phone, onWhatsApp: !person.onWhatsApp }),
      ),
    ];
  }

  /** The chooser is only there where several business numbers are; it follows the one that wrote last. */
  function drawNumbers(all, messages, changed) {
    from.hidden = all.length < 2;
    if (numbers.options.length !== all.length) {
      numbers.replaceChildren(
        ...all.map((one) => element('option', { value: one.phoneNumberId }, one.verifiedName)),
      );
    }
    const last = messages.at(-1)?.phoneNumberId ?? all[0].phoneNumberId;
    // A sender at SendApp is none of the list: the empty choice answers whoever wrote last.
    if (changed || !all.some((one) => one.phoneNumberId === last)) numbers.value = last;
  }

  root.querySelector('.menu').addEventListener('toggle', (event) => {
    root.querySelector('.menu-button').setAttribute('aria-expanded', String(event.newState === 'open'));
  });
  root.querySelector('.composer').addEventListener('submit', (event) => {
    event.preventDefault();
    const text = composer.value.trim();
    if (!text) return;
    composer.value = '';
    actions.say(text, numbers.value || undefined);
  });
  composer.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    root.querySelector('.composer').requestSubmit();
  });
  return { draw, focus: () => composer.focus({ preventScroll: true }) };
}
