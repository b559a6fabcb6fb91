import { render } from 'preact';
import { takeToken } from './api.ts';
import { App } from './app.tsx';
import { changes } from './changes.ts';
import { applyTheme } from './theme.tsx';

takeToken();
// The address of the next run, pasted into this tab, differs only in its fragment: the browser does not load it by itself.
window.addEventListener('hashchange', () => {
  if (takeToken()) location.reload();
});
// A file that misses the drop zone would replace the page.
for (const type of ['dragover', 'drop'] as const)
  window.addEventListener(type, (event) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  });
applyTheme();
changes.start();
const root = document.getElementById('root');
if (root !== null) render(<App />, root);
