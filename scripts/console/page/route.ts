// The address of a view: `#/sessions/<id>`.
import { useEffect, useState } from 'preact/hooks';

export interface Route {
  readonly view: string;
  /** The selected item. */
  readonly id: string | undefined;
}

function readRoute(): Route {
  const [, view = '', id] = /^#\/([a-z]+)(?:\/(.+))?$/.exec(location.hash) ?? [];
  try {
    return { view, id: id === undefined ? undefined : decodeURIComponent(id) };
  } catch {
    return { view, id: undefined };
  }
}

export function toHash(view: string, id?: string): string {
  return `#/${view}${id === undefined ? '' : `/${encodeURIComponent(id)}`}`;
}

export function useRoute(): Route {
  const [route, setRoute] = useState(readRoute);
  useEffect(() => {
    const follow = (): void => setRoute(readRoute());
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  return route;
}
