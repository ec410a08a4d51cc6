import { render } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from './api.js';
import { Dashboard } from './dashboard.js';
import { html } from './html.js';
import { HubSpot } from './hubspot.js';
import { choose, currentLanguage, languages, t } from './language.js';
import { useConnected } from './live.js';
import { People } from './people.js';
import { Queues } from './queues.js';
import { go, useRoute } from './route.js';

const VIEWS = { people: People, hubspot: HubSpot, dashboard: Dashboard };

/** `layout`: companies, brands, forms and protected types of the registry. */
function Page({ layout }) {
  const [, redraw] = useState(currentLanguage());
  const route = useRoute();
  const View = VIEWS[route.view] ?? People;
  const change = (language) => {
    choose(language);
    redraw(language);
  };
  return html`
    <a class="skip" href="#main" onClick=${(event) => skip(event)}>${t('skip')}</a>
    <header>
      <div class="brand"><strong>Widerruf</strong> <span>${t('subtitle')}</span></div>
      <nav aria-label=${t('views')}>
        ${Object.keys(VIEWS).map(
          (
            view,
          ) => html`<button key=${view} aria-current=${route.view === view ? 'page' : undefined} onClick=${() => go(view)}>
            ${t(`view.${view}`)}
          </button>`,
        )}
      </nav>
      <div class="languages" role="group" aria-label=${t('language')}>
        ${languages.map(
          (
            language,
          ) => html`<button key=${language} lang=${language} aria-pressed=${String(currentLanguage() === language)}
            onClick=${() => change(language)}>${language === 'de' ? 'Deutsch' : 'English'}</button>`,
        )}
      </div>
    </header>
    <${Queues} layout=${layout} />
    <${Connection} />
    <main id="main" tabindex="-1"><${View} layout=${layout} route=${route} /></main>
    <footer>
      ${t('logs')} <code>${layout.logs}</code>
      ${layout.twin && html` · ${t('twin')} <code>${layout.twin}</code>`}
    </footer>`;
}

/** The address's hash is the route, so the link moves the focus itself. */
function skip(event) {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

function Connection() {
  return html`<p class="connection" role="status">${useConnected() ? '' : t('disconnected')}</p>`;
}

choose(currentLanguage());
render(html`<${Page} layout=${await ask('/layout')} />`, document.getElementById('page'));
