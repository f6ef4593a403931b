/**
 * A choice by pointer shows its runs at once, and the address holds only what was chosen. By keyboard the button shows
 * them: arrow keys pass over choices on the way to another, and each would lead to another page.
 */
export function startFilters(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-filters]');
  if (!form) return;
  let isByKeyboard = false;
  form.addEventListener('keydown', () => {
    isByKeyboard = true;
  });
  form.addEventListener('pointerdown', () => {
    isByKeyboard = false;
  });
  form.addEventListener('change', (event) => {
    if (isByKeyboard) return;
    // Text is complete when its sender says so.
    if (event.target instanceof HTMLInputElement && event.target.type === 'search') return;
    form.requestSubmit();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const chosen = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === 'string' && value) chosen.append(name, value);
    location.assign(chosen.size > 0 ? `${form.action}?${chosen}` : form.action);
  });
}
