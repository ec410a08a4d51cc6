import { useEffect, useState } from 'preact/hooks';

/** Where the reader is: `#/people/101/why/company/brand`, `#/hubspot`, `#/dashboard`. */
function read() {
  const [view = 'people', contact, tab = 'act', ...column] = location.hash
    .replace(/^#\/?/, '')
    .split('/')
    .filter(Boolean);
  return { view, contact, tab, column: column.join('/') };
}

export function go(...parts) {
  location.hash = `#/${parts.filter(Boolean).join('/')}`;
}

/** As `go`, in place of where the reader is: going back does not lead here again. */
export function goInstead(...parts) {
  location.replace(`#/${parts.filter(Boolean).join('/')}`);
}

export function useRoute() {
  const [route, setRoute] = useState(read());
  useEffect(() => {
    const follow = () => setRoute(read());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return route;
}
