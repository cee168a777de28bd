/**
 * What the page does beside showing: filter runs, copy the replay command, pick a change's arrows, open the run that a
 * link leads into. Plain JavaScript of browsers; without it everything can still be read.
 */
export const pageScript = `
'use strict';
const root = document.documentElement;
root.classList.add('scripted');
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

const search = document.querySelector('#search');
function filter() {
  const words = (search ? search.value : '').toLowerCase().split(' ').filter(Boolean);
  const shown = new Set(all('[data-verdict]:checked').map((box) => box.dataset.verdict));
  for (const run of all('.run')) {
    const name = run.querySelector('.name').textContent.toLowerCase();
    run.hidden = !shown.has(run.dataset.is) || !words.every((word) => name.includes(word));
  }
}
if (search) {
  search.addEventListener('input', filter);
  for (const box of all('[data-verdict]')) box.addEventListener('change', filter);
}

function pick(button) {
  const run = button.closest('.run');
  const isPicked = button.getAttribute('aria-pressed') === 'true';
  for (const other of all('.show', run)) other.setAttribute('aria-pressed', 'false');
  for (const arrow of all('.arrow.lit', run)) arrow.classList.remove('lit');
  const timeline = run.querySelector('.timeline');
  timeline.classList.toggle('picked', !isPicked);
  if (isPicked) return;
  button.setAttribute('aria-pressed', 'true');
  const arrows = all('[data-changes~="' + button.dataset.change + '"]', run);
  for (const arrow of arrows) arrow.classList.add('lit');
  if (arrows.length > 0) arrows[0].scrollIntoView({ block: 'center' });
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  if (button.matches('.show')) pick(button);
  if (button.matches('.copy')) {
    const code = button.parentElement.querySelector('code');
    const said = (text) => { button.textContent = text; };
    const select = () => { getSelection().selectAllChildren(code); said('selected'); };
    if (navigator.clipboard) navigator.clipboard.writeText(code.textContent).then(() => said('copied'), select);
    else select();
  }
});

function follow() {
  const id = location.hash.slice(1);
  const target = id && document.getElementById(id);
  const run = target && target.closest('.run');
  if (!run) return;
  run.open = true;
  target.scrollIntoView({ block: 'center' });
}
addEventListener('hashchange', follow);
follow();
`;
