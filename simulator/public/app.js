import * as api from './api.js';
import { chatView } from './chat.js';
import { contactList } from './contacts.js';
import { listPicker } from './picker.js';

const root = document.querySelector('.phones');
const problem = root.querySelector('.problem');
let chosen = phoneInAddress();

const actions = {
  tap: (buttonOf, buttonIndex) => act(() => api.reply({ person: chosen, buttonOf, buttonIndex })),
  say: (text, phoneNumberId) => act(() => api.reply({ person: chosen, text, phoneNumberId })),
  change: (person) => act(() => api.change(person)),
  marketing: (person, value) => act(() => api.marketing(person, value)),
  openList: listPicker(document.querySelector('.list-picker'), (buttonOf, rowId) =>
    act(() => api.reply({ person: chosen, buttonOf, rowId })),
  ),
};
const drawContacts = contactList({ root, choose: (phone) => open(phone, true) });
const chat = chatView({ root, actions });

async function act(action) {
  try {
    await action();
    problem.hidden = true;
  } catch (error) {
    problem.textContent = error.message;
    problem.hidden = false;
  }
  await refresh();
}

/** The address names the open chat, so that Back, reload and links work. */
function open(phone, byHand) {
  if (byHand && phone !== chosen) history.pushState(null, '', phone ? `#${phone.slice(1)}` : '#');
  chosen = phone;
  root.classList.toggle('open', phone !== undefined);
  root.querySelector('.welcome').hidden = phone !== undefined;
  root.querySelector('.chat').hidden = phone === undefined;
  problem.hidden = true;
  void refresh().then(() => byHand && phone && matchMedia('(min-width: 721px)').matches && chat.focus());
}

function phoneInAddress() {
  const digits = location.hash.slice(1);
  return /^\d+$/.test(digits) ? `+${digits}` : undefined;
}

let running;
let again = false;

/** One refresh at a time; changes that come meanwhile make one more, a little later: a campaign is many changes. */
function refresh() {
  if (running) {
    again = true;
    return running;
  }
  // An unreachable simulator shows in the `live` sign; the stream's reconnect brings the next refresh.
  const loading = load().catch(() => undefined);
  running = loading.finally(() => {
    running = undefined;
    if (again) {
      again = false;
      setTimeout(() => void refresh(), 120);
    }
  });
  return running;
}

async function load() {
  const phone = chosen;
  const [persons, state] = await Promise.all([api.persons(), api.state()]);
  drawContacts({ persons, chosen, now: state.now });
  if (phone === undefined || !persons.some((person) => person.phone === phone)) return;
  const { person, messages } = await api.chat(phone);
  if (phone !== chosen) return;
  chat.draw({ person, messages, state });
  // Whoever looks at the chat has read it.
  if (person.unread > 0 && document.visibilityState === 'visible') await api.read(phone);
}

root.querySelector('.back').addEventListener('click', () => open(undefined, true));
document.addEventListener('visibilitychange', () => void refresh());
addEventListener('popstate', () => open(phoneInAddress(), false));

const live = root.querySelector('.live');
api.listen(
  () => void refresh(),
  (on) => {
    live.textContent = on ? 'live' : 'reconnecting';
    live.classList.toggle('on', on);
  },
);
open(chosen, false);
