import { element } from './dom.js';

/** The sheet with the rows of a list message. `pick(messageId, rowId)` is called with what was chosen. */
export function listPicker(dialog, pick) {
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  return (message) => {
    const { label, sections } = message.content.list;
    const close = element(
      'button',
      { type: 'button', class: 'icon', 'aria-label': 'Close', onclick: () => dialog.close() },
      '✕',
    );
    dialog.replaceChildren(
      element('header', {}, label, close),
      ...sections
        .flatMap((section) => [
          section.title ? element('h3', {}, section.title) : undefined,
          ...section.rows.map((row) => rowOf(row, () => choose(message.id, row.id))),
        ])
        .filter(Boolean),
    );
    dialog.showModal();
  };

  function choose(messageId, rowId) {
    dialog.close();
    pick(messageId, rowId);
  }
}

const rowOf = (row, onclick) =>
  element(
    'button',
    { type: 'button', class: 'row', 'data-testid': 'row', 'data-row': row.id, onclick },
    element('span', {}, row.title),
    row.description ? element('small', {}, row.description) : '',
  );
