import { render } from 'preact';
import { takeToken } from './api.ts';
import { App } from './app.tsx';
import { changes } from './changes.ts';
import { applyTheme } from './theme.tsx';

takeToken();
applyTheme();
changes.start();
const root = document.getElementById('root');
if (root !== null) render(<App />, root);
