import { useEffect, useState } from 'preact/hooks';
import { withQuery } from './api.js';
import { Cards } from './cards.js';
import { html } from './html.js';
import { t } from './language.js';
import { useAnswer } from './live.js';
import { Matrix } from './matrix.js';
import { Panel } from './panel.js';
import { go } from './route.js';

const SIZE = 25;
const TYPING_MS = 150;

/** The first view: whom HubSpot knows, found by words, a page at a time. */
export function People({ layout, route }) {
  const [search, setSearch] = useState('');
  const [page, setPage] = useState(0);
  const path = withQuery('/people', { search, page, size: SIZE });
  const { answer, error } = useAnswer(path, matters);
  const isNarrow = useNarrow();
  const Rows = isNarrow ? Cards : Matrix;
  const look = (words) => {
    setSearch(words);
    setPage(0);
  };
  return html`<div class=${route.contact ? 'split' : ''}>
    <section class="people" aria-label=${t('view.people')}>
      <div class="tools">
        <${Search} look=${look} />
        ${answer && html`<${Pager} ...${answer} turn=${setPage} />`}
      </div>
      ${error && html`<p role="alert" class="error">${error}</p>`}
      ${
        answer?.total === 0 &&
        html`<p>${search === '' ? t('nobody-yet') : t('nobody-found')}
        ${' '}<button onClick=${() => go('hubspot')}>${t('go-create')}</button></p>`
      }
      ${answer && answer.total > 0 && html`<${Rows} layout=${layout} rows=${answer.rows} selected=${route.contact} column=${route.column} />`}
      <${Legend} />
    </section>
    ${route.contact && html`<${Panel} key=${route.contact} layout=${layout} route=${route} />`}
  </div>`;
}

/** Somebody who is shown changed, or somebody may be new. */
function matters({ kind, contacts }, answer) {
  if (kind !== 'changed') return false;
  const shown = new Set(answer?.rows.map(({ contact }) => contact));
  return answer === undefined || answer.page === 0 || contacts.some((contact) => shown.has(contact));
}

function Search({ look }) {
  const [words, setWords] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => look(words), TYPING_MS);
    return () => clearTimeout(timer);
  }, [words]);
  return html`<label class="search">${t('search')}
    <input type="search" value=${words} placeholder=${t('search.hint')} onInput=${({ target }) => setWords(target.value)} />
  </label>`;
}

function Pager({ total, page, pages, turn }) {
  return html`<div class="pager">
    <span role="status">${total === 1 ? t('people.one') : t('people.many', { total })}</span>
    <button disabled=${page === 0} onClick=${() => turn(page - 1)}>${t('previous')}</button>
    <span>${t('page', { page: page + 1, pages })}</span>
    <button disabled=${page + 1 >= pages} onClick=${() => turn(page + 1)}>${t('next')}</button>
  </div>`;
}

function Legend() {
  const states = ['closed', 'open', 'unset', 'mixed'];
  const shapes = { closed: '■', open: '○', unset: '–', mixed: '◐' };
  return html`<p class="legend">
    ${states.map((state) => html`<span key=${state}><span aria-hidden="true">${shapes[state]}</span> ${t(`legend.${state}`)}</span> `)}
    <span>✓ ${t('legend.settled')}</span> <span>→ ${t('legend.travels')}</span>
  </p>`;
}

/** Whether the screen is too narrow for a table. */
function useNarrow() {
  const query = matchMedia('(max-width: 700px)');
  const [is, set] = useState(query.matches);
  useEffect(() => {
    const follow = ({ matches }) => set(matches);
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, []);
  return is;
}
