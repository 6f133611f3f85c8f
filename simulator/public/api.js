/** The simulator's control interface, as far as the page uses it. */

async function call(path, body) {
  const init = body && {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  };
  const answer = await fetch(`/simulator/${path}`, init);
  const data = await answer.json();
  if (!answer.ok) throw new Error(data.error);
  return data;
}

export const persons = () => call('persons');
export const chat = (phone) => call(`chat?person=${encodeURIComponent(phone)}`);
export const state = () => call('state');
export const reply = (answer) => call('reply', answer);
export const read = (person) => call('read', { person });
export const change = (person) => call('persons', person);
export const marketing = (person, value) => call('preferences', { person, value });

/** Calls `changed` after each change and `live` with whether the stream stands. It reconnects by itself. */
export function listen(changed, live) {
  const source = new EventSource('/simulator/events');
  source.onopen = () => live(true);
  source.onerror = () => live(false);
  source.onmessage = () => changed();
}
